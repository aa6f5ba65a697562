"""Chart.lock: its digest, and the file (`internal/resolver`, `pkg/downloader/manager.go`)."""

from __future__ import annotations

import os

from hivehelm.chart.errors import ChartError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from hivehelm.chart.model import Dependency, Lock


class LinkedLockError(ChartError):
    """The lock file is a link to `target`, and is not written through it."""

    def __init__(self, path: str, target: str) -> None:
        from hivehelm.golang.fmt import quote

        super().__init__(f"the {os.path.basename(path)} file is a symlink to {quote(target)}", path)
        self.target = target


class _Struct:
    """A dependency on its way to JSON, which keeps the order of its fields."""

    def __init__(self, dependency: Dependency) -> None:
        self._dependency = dependency

    def to_json(self) -> dict[str, Any]:
        from hivehelm.chart.encode import dependency_document

        return dependency_document(self._dependency)


def digest(wanted: Sequence[Dependency] | None, locked: Sequence[Dependency] | None) -> str:
    """Return what a lock file says of the dependencies wanted and the versions found (`HashReq`)."""
    return _hash([_structs(wanted), _structs(locked)])


def digest_v2(wanted: Sequence[Dependency] | None) -> str:
    """Return what Helm 2 put in its lock files (`HashV2Req`)."""
    return _hash({"dependencies": _structs(wanted)})


def now() -> str:
    """Return the present moment as a lock's `generated`."""
    from hivehelm.golang.time import now as moment
    from hivehelm.golang.timefmt import format as format_time

    return format_time("2006-01-02T15:04:05.999999999Z07:00", moment())


def write(lock: Lock, directory: str, *, legacy: bool = False) -> None:
    """Write Chart.lock, or a v1 chart's requirements.lock, to a chart's directory, whole or not at all.

    Raises:
        LinkedLockError: the file is a link.
        PathError: the system refuses.
    """
    from hivehelm.chart.encode import lock_yaml
    from hivehelm.chart.save import replace_file

    path = check(directory, legacy=legacy)
    replace_file(path, [lock_yaml(lock)], 0o644)


def check(directory: str, *, legacy: bool = False) -> str:
    """Return the path of a chart's lock file, which may be there or not.

    Raises:
        LinkedLockError: the file is a link.
    """
    from hivehelm.golang import filepath

    path = filepath.join(directory, "requirements.lock" if legacy else "Chart.lock")
    if os.path.islink(path):
        raise LinkedLockError(path, os.readlink(path))
    return path


def _structs(dependencies: Sequence[Dependency] | None) -> list[_Struct] | None:
    return None if dependencies is None else [_Struct(one) for one in dependencies]


def _hash(value: object) -> str:
    from hivehelm.golang.json import dumps
    from hivehelm.golang.sha256 import hexdigest

    return "sha256:" + hexdigest(dumps(value).encode("utf-8", "surrogateescape"))
