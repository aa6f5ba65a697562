"""Charts by name, in directories."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


# Where the version of an archive begins; names may have numbers in them, too.
_VERSION = r"-v?\d+\.\d+\.\d+.*\.tgz\Z"
_LOOSE_VERSION = r"-v?\d[^-]*\.tgz\Z"


def is_bare(name: str) -> bool:
    """Tell whether a reference is nothing but a name: no path, no URL, no repository's chart."""
    return bool(name) and "/" not in name and "\0" not in name and not name.startswith((".", "~"))


def is_chart(path: str) -> bool:
    """Tell whether a path is a chart: a directory with a Chart.yaml, or a file."""
    return os.path.isfile(path) or os.path.isfile(os.path.join(path, "Chart.yaml"))


def find(name: str, version: str, directories: Sequence[str]) -> str | None:
    """Return the path of the chart called `name` in the first of the directories that has one.

    A directory of that name comes before archives, of which the newest counts. `version` is a version or a
    constraint on it; "" takes any.
    """
    if not is_bare(name):
        return None
    for directory in directories:
        path = os.path.join(directory, name)
        if os.path.isfile(os.path.join(path, "Chart.yaml")) and _fits(_version(path), version):
            return path
        if name.endswith(".tgz") and os.path.isfile(path):
            return path
        if archive := _newest(name, version, directory):
            return archive
    return None


def versions(name: str, directories: Sequence[str]) -> list[str]:
    """Return the versions that there are of a chart, the newest first."""
    from hivehelm.golang.semver import parse

    found = {text for directory in directories for text, _ in archives(name, directory)}
    for directory in directories:
        path = os.path.join(directory, name)
        if is_bare(name) and os.path.isdir(path) and is_chart(path):
            found |= {text for text in [_version(path)] if _fits(text, ">=0-0")}
    return sorted(found, key=lambda text: parse(text), reverse=True)


def names(directories: Sequence[str]) -> list[str]:
    """Return the names of all charts that `find` finds in directories, in alphabetical order."""
    import re

    found: set[str] = set()
    for directory in directories:
        try:
            files = os.listdir(directory)
        except OSError:
            continue
        for file in files:
            if os.path.isfile(os.path.join(directory, file, "Chart.yaml")):
                found.add(file)
            elif at := re.search(_VERSION, file) or re.search(_LOOSE_VERSION, file):
                found.add(file[: at.start()])
    return sorted(name for name in found if is_bare(name))


def _newest(name: str, version: str, directory: str) -> str | None:
    """Return the archive of the newest version that fits."""
    from hivehelm.golang.semver import parse

    found = [(parse(text), path) for text, path in archives(name, directory)]
    stable = [one for one in found if not one[0].prerelease] if not version else found
    fitting = [one for one in stable or found if _fits(str(one[0]), version)]
    best: str | None = None
    newest = None
    for one, path in fitting:
        if newest is None or newest < one:
            newest, best = one, path
    return best


def archives(name: str, directory: str) -> Iterator[tuple[str, str]]:
    """Yield version and path of each `name-VERSION.tgz` in a directory."""
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.semver import parse

    try:
        files = sorted(os.listdir(directory))
    except OSError:
        return
    for file in files:
        if file.startswith(f"{name}-") and file.endswith(".tgz"):
            text = file[len(name) + 1 : -len(".tgz")]
            try:
                parse(text)
            except HivehelmError:
                continue
            yield text, os.path.join(directory, file)


def _version(path: str) -> str:
    """Return the version that a chart's directory says it is, "" where it cannot be read."""
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.yaml import load

    try:
        with open(os.path.join(path, "Chart.yaml"), "rb") as file:
            data = load(file.read(1 << 20))
    except (OSError, HivehelmError):
        return ""
    version = data.get("version") if isinstance(data, dict) else None
    return version if isinstance(version, str) else ""


def _fits(found: str, wanted: str) -> bool:
    if not wanted or found == wanted:
        return True
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.constraint import Constraint
    from hivehelm.golang.semver import parse

    try:
        return Constraint(wanted).check(parse(found))
    except HivehelmError:
        return False
