"""A chart's files on disk: all of them or none."""

from __future__ import annotations

import os
import shutil
import tempfile

from hivehelm.platform.export.errors import ExportError, OutputExistsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def check(directory: str, *, force: bool) -> None:
    """Make sure that a chart may be written to a directory.

    Raises:
        OutputExistsError: something is there, and it is not to be replaced.
        ExportError: what is there is no directory.
    """
    if os.path.islink(directory) and not os.path.exists(directory):
        raise ExportError(f"{directory} is a link to nothing")
    if os.path.exists(directory) and not os.path.isdir(directory):
        raise ExportError(f"{directory} is not a directory")
    if os.path.isdir(directory):
        if not force and os.listdir(directory):
            raise OutputExistsError(directory)
        if force and os.listdir(directory) and not os.path.isfile(os.path.join(directory, "Chart.yaml")):
            # A slip of the keyboard must not take a home directory with it.
            raise ExportError(f"{directory} is not empty and not a chart; --force replaces charts only")


def write(
    files: Mapping[str, str], directory: str, *, force: bool = False, private: Collection[str] = ()
) -> str:
    """Write a chart's files to a directory, in place of a chart that is there with `force`; return its path.

    They are written aside first: whatever goes wrong, what was there is there, and nothing half. Only their
    owner may read files that are `private`.

    Raises:
        OutputExistsError, ExportError: as `check` does.
        OSError: the system refuses.
    """
    check(directory, force=force)
    target = os.path.realpath(directory)
    # One that is there and empty may be a volume, or where somebody stands: it is filled, not replaced.
    empty = os.path.isdir(target) and not os.listdir(target)
    parent = target if empty else os.path.dirname(target)
    os.makedirs(parent, exist_ok=True)
    room = tempfile.mkdtemp(prefix=f".{os.path.basename(target)}-", dir=parent)
    try:
        made = os.path.join(room, "new")
        for path, text in files.items():
            _write(os.path.join(made, *path.split("/")), text, mode=0o600 if path in private else 0o666)
        if empty:
            _fill(target, made)
        else:
            _replace(target, made, os.path.join(room, "old"))
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return target


def _write(path: str, text: str, *, mode: int) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _fill(target: str, made: str) -> None:
    moved: list[str] = []
    try:
        for name in os.listdir(made):
            os.rename(os.path.join(made, name), os.path.join(target, name))
            moved.append(name)
    except OSError:
        for name in moved:
            os.rename(os.path.join(target, name), os.path.join(made, name))
        raise


def _replace(target: str, made: str, old: str) -> None:
    if not os.path.isdir(target):
        os.rename(made, target)
        return
    os.rename(target, old)
    try:
        os.rename(made, target)
    except OSError:
        os.rename(old, target)
        raise
