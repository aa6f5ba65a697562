"""What went wrong last with a release, where nothing of it is on record in the cluster.

An install whose chart is not found, or whose templates are wrong, comes to nothing before there is a record.
So who runs commands here leaves a note of what went wrong, without values, and takes it back after a success.
"""

from __future__ import annotations

import json
import os

from hivehelm.platform.debug.facts import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.errors import HivehelmError

_DIRECTORY = "failures"
_LONGEST = 16 << 10
_DEPTH = 16


def failure_of(
    error: HivehelmError, *, verb: str = "", chart: str = "", version: str = "", source: str = ""
) -> Failure:
    """Return what an error tells, with the classes of what caused it; credentials in addresses are hidden."""
    from hivehelm.platform.mask import Mask
    from hivehelm.sources.address import without_password

    return Failure(
        text=Mask("").text(str(error))[:_LONGEST],
        kinds=kinds_of(error),
        verb=verb,
        chart=without_password(chart),
        version=version,
        when=_now(),
        source=source,
    )


def kinds_of(error: BaseException) -> tuple[str, ...]:
    """Return the names of the classes of an error and of its causes, its own first."""
    from hivehelm.errors import HivehelmError

    found: dict[str, None] = {}
    current: BaseException | None = error
    for _ in range(_DEPTH):
        if current is None:
            break
        for one in type(current).__mro__:
            if one is HivehelmError or not issubclass(one, HivehelmError):
                break
            found.setdefault(one.__name__)
        cause = getattr(current, "cause", None) or current.__cause__
        current = cause if isinstance(cause, BaseException) else None
    return tuple(found)


def note(base: str, namespace: str, name: str, failure: Failure) -> None:
    """Leave a note of a failure below the directory `base`; that it cannot be left is no harm."""
    from contextlib import suppress

    from hivehelm.errors import HivehelmError
    from hivehelm.sources.atomic import write

    path = _path(base, namespace, name)
    if path is None:
        return
    with suppress(OSError, HivehelmError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        write(path, json.dumps(failure.__dict__).encode(), 0o600)


def forget(base: str, namespace: str, name: str) -> None:
    """Take a note back."""
    from contextlib import suppress

    path = _path(base, namespace, name)
    if path is not None:
        with suppress(OSError):
            os.unlink(path)


def noted(base: str, namespace: str, name: str) -> Failure | None:
    """Return the note that was left of a release, None where there is none."""
    path = _path(base, namespace, name)
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            said = json.loads(file.read(4 * _LONGEST))
        said["kinds"] = tuple(map(str, said["kinds"]))
        return Failure(**said)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _path(base: str, namespace: str, name: str) -> str | None:
    import re

    label = r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?"
    if not re.fullmatch(label, namespace) or not re.fullmatch(label, name):
        return None
    return os.path.join(base, _DIRECTORY, namespace, f"{name}.json")


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
