"""Write Hivemind's charts to a directory, and leave alone what somebody has changed there.

What was written is on record beside the charts, as a digest of each file. A chart whose files are still
those is replaced by a newer one as a whole. One that differs is somebody's work: it stays unless it is asked
to go, and even then it is kept under another name.
"""

from __future__ import annotations

import os

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Literal

    State = Literal["written", "updated", "unchanged", "kept", "replaced"]
else:
    State = str

#: What is written, the umbrella last: it has the others in it.
CHARTS = ("hivemind-core", "hivemind-monitoring", "hivemind-logging", "hivemind-tracing", "hivemind-complete")
#: Digests of what was written, by chart and file.
RECORD = ".hivemind-charts.json"
#: Where charts go that have been changed and give way: a directory beside them, that is not a chart itself.
ASIDE = "replaced"

_SOURCES = os.path.dirname(__file__)
# Archives within the umbrella are the same ones wherever they are made.
_EPOCH = 315532800
_MAX_RECORD = 1 << 20

Files = dict[str, bytes]


class Created(Record):
    """What became of a chart, at `path`.

    `state` is `written` where there was none, `updated` where an older one was as it had been written,
    `unchanged` where nothing is to do, `kept` where `changed` names files that somebody has changed, added or
    deleted, and `replaced` where such a chart was asked to give way: what was there is at `moved_to`.
    """

    name: str
    path: str
    state: State
    changed: list[str] = []
    moved_to: str = ""


def create_hivemind_charts(
    directory: str,
    *,
    force: bool = False,
    warn: Callable[[str], None] | None = None,
) -> list[str]:
    """Write Hivemind's five charts to a directory, which is made if it is not there; return their paths.

    Charts that somebody has changed there are kept, and `warn(message)` hears of each; with `force` they are
    moved aside.

    Raises:
        PathError: the system refuses.
        SourceError: another process has been at the same for half a minute.
    """
    created = create_charts(directory, force=force)
    if warn is not None:
        for one in created:
            if message := told(one):
                warn(message)
    return [one.path for one in created]


def told(created: Created) -> str:
    """Return what one ought to know of what became of a chart, "" where all is as one would expect."""
    files = ", ".join(created.changed)
    if created.state == "kept":
        return f"{created.path} is kept as it is, for it has been changed ({files}); --force replaces it"
    if created.state == "replaced":
        return (
            f"{created.path} is replaced; what had been changed there ({files}) is kept in {created.moved_to}"
        )
    return ""


def create_charts(directory: str, *, force: bool = False) -> list[Created]:
    """Do what `create_hivemind_charts` does, and return what became of each chart.

    Raises:
        PathError: the system refuses.
        SourceError: another process has been at the same for half a minute.
    """
    from hivehelm.chart.save import make_directory
    from hivehelm.sources.filelock import locked

    directory = os.path.abspath(directory)
    make_directory(directory)
    path = os.path.join(directory, RECORD)
    with locked(path):
        record = _read_record(path)
        created = []
        for name, files in sources().items():
            created.append(_create(directory, name, files, record.get(name), force))
            if created[-1].state != "kept":
                record[name] = _digests(files)
        _write_record(path, record)
    return created


def sources() -> dict[str, Files]:
    """Return the files of the charts, by chart and path; the umbrella has the others as archives.

    Raises:
        PathError: the package's own files cannot be read.
    """
    found = {name: _read(os.path.join(_SOURCES, name)) for name in CHARTS}
    *parts, umbrella = CHARTS
    for name in parts:
        version, data = _archive(found[name])
        found[umbrella][f"charts/{name}-{version}.tgz"] = data
    return found


def _archive(files: Files) -> tuple[str, bytes]:
    """Return a chart's version, and its archive, of which every byte is the same each time."""
    from hivehelm.chart.load import load_files
    from hivehelm.chart.model import File
    from hivehelm.chart.pack import packed

    chart = load_files(
        [File(path, data, None) for path, data in sorted(files.items()) if path != ".helmignore"]
    )
    return chart.metadata.version, b"".join(packed(chart, _EPOCH))


def _create(
    directory: str, name: str, files: Files, before: Mapping[str, str] | None, force: bool
) -> Created:
    from hivehelm.chart.errors import PathError
    from hivehelm.chart.save import make_directory

    path = os.path.join(directory, name)
    try:
        if not os.path.lexists(path):
            _place(directory, name, files)
            return Created(name=name, path=path, state="written")
        there = {} if os.path.islink(path) or not os.path.isdir(path) else _read(path)
        if there == files:
            return Created(name=name, path=path, state="unchanged")
        digests = _digests(there)
        if digests == before:
            _place(directory, name, files)
            return Created(name=name, path=path, state="updated")
        # Where nothing is on record, it is measured by what it would be now.
        changed = _different(digests, _digests(files) if before is None else before)
        if not force:
            return Created(name=name, path=path, state="kept", changed=changed)
        make_directory(os.path.join(directory, ASIDE))
        aside = _free(os.path.join(directory, ASIDE, name))
        os.rename(path, aside)
        _place(directory, name, files)
    except OSError as error:
        raise PathError("open", str(error.filename or path), error) from None
    return Created(name=name, path=path, state="replaced", changed=changed, moved_to=aside)


def _place(directory: str, name: str, files: Files) -> None:
    """Write a chart beside its place, and put it there whole, in place of what is there."""
    import shutil
    import tempfile

    from hivehelm.chart.save import write_file

    path = os.path.join(directory, name)
    stage = tempfile.mkdtemp(prefix=f".{name}.", dir=directory)
    try:
        made = os.path.join(stage, "new")
        for inner, data in files.items():
            write_file(os.path.join(made, inner), data)
        if os.path.lexists(path):
            os.rename(path, os.path.join(stage, "old"))
        os.rename(made, path)
    except BaseException:
        # The old one goes back before the stage is taken away.
        if not os.path.lexists(path) and os.path.lexists(os.path.join(stage, "old")):
            os.rename(os.path.join(stage, "old"), path)
        raise
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _free(path: str) -> str:
    """Return a path that is not taken: this one, or with a number behind it."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = f"{path}-{number}"
    return free


def _read(top: str) -> Files:
    """Return all files below a directory by their paths in it; links as what they say, never followed."""
    from hivehelm.chart.errors import PathError

    files: Files = {}
    try:
        for folder, directories, names in os.walk(top, onerror=_raise):
            directories[:] = sorted(one for one in directories if one != "__pycache__")
            for name in sorted(names) + [
                one for one in directories if os.path.islink(os.path.join(folder, one))
            ]:
                path = os.path.join(folder, name)
                inner = os.path.relpath(path, top).replace(os.sep, "/")
                if os.path.islink(path):
                    files[inner] = b"-> " + os.fsencode(os.readlink(path))
                elif os.path.isfile(path):
                    with open(path, "rb") as file:
                        files[inner] = file.read()
                else:
                    files[inner] = b"-> /dev"
    except OSError as error:
        raise PathError("open", str(error.filename or top), error) from None
    return files


def _raise(error: OSError) -> None:
    raise error


def _digests(files: Files) -> dict[str, str]:
    from hashlib import sha256

    return {path: sha256(data).hexdigest() for path, data in sorted(files.items())}


def _different(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    return sorted(path for path in {*one, *other} if one.get(path) != other.get(path))


def _read_record(path: str) -> dict[str, dict[str, str]]:
    """Return what is on record; nothing where it cannot be understood, so that all that is there is kept."""
    import json

    try:
        with open(path, "rb") as file:
            found = json.loads(file.read(_MAX_RECORD))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): files for name, files in found.items() if isinstance(files, dict)}


def _write_record(path: str, record: Mapping[str, Mapping[str, str]]) -> None:
    import json

    from hivehelm.chart.save import replace_file

    replace_file(path, [json.dumps(record, indent=2, sort_keys=True).encode() + b"\n"], 0o644)
