"""What the metadata of a record's object says, and how objects are asked for by it."""

from __future__ import annotations

from hivehelm.release import claim as claims
from hivehelm.release import labels as marks
from hivehelm.release import split
from hivehelm.release.drivers.entry import Entry
from hivehelm.release.errors import InvalidLabelValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from hivehelm.release.claim import Claim

    Object = dict[str, Any]

#: How long a selector may get: proxies before API servers take addresses of 8 KiB.
MAX_SELECTOR = 4096


def selector(labels: Mapping[str, str]) -> str:
    """Return a selector for all of `labels`.

    Raises:
        InvalidLabelValueError: no object can have such a label.
    """
    for value in labels.values():
        if faults := marks.value_faults(value):
            raise InvalidLabelValueError(value, faults)
    return ",".join(f"{name}={value}" for name, value in sorted(labels.items()))


def selectors(entries: Sequence[Entry]) -> Iterable[str]:
    """Yield selectors that together find all entries, and little else."""
    names: list[str] = []
    versions: set[int] = set()
    length = 0
    # Releases at the same revision together, so that a selector finds one revision of each.
    for entry in sorted(entries, key=lambda one: (one.version, one.name)):
        if names and length + len(entry.name) > MAX_SELECTOR:
            yield _among(names, versions)
            names, versions, length = [], set(), 0
        if not names or names[-1] != entry.name:
            names.append(entry.name)
            length += len(entry.name) + 1
        versions.add(entry.version)
    if names:
        yield _among(names, versions)


def _among(names: Sequence[str], versions: Iterable[int]) -> str:
    numbers = ",".join(map(str, sorted(versions)))
    return f"name in ({','.join(sorted(set(names)))}),owner=helm,version in ({numbers})"


def entry(metadata: Object) -> Entry | None:
    """Return what metadata says of its record; None where labels do not fit the object's name."""
    labels = metadata.get("labels") or {}
    name, version = labels.get("name") or "", number(labels.get("version"))
    namespace, key = place(metadata)
    if version is None or key != f"sh.helm.release.v1.{name}.v{version}":
        return None
    return Entry(
        key=key, namespace=namespace, name=name, version=version, stamp=_stamp(metadata), labels=labels
    )


def _stamp(metadata: Object) -> str:
    uid, version = metadata.get("uid"), metadata.get("resourceVersion")
    if not uid or not version:
        return ""
    labels = metadata.get("labels") or {}
    return f"{uid}/{version}/{labels.get('status', '')}/{labels.get('modifiedAt', '')}"


def place(metadata: Object) -> tuple[str, str]:
    """Return an object's namespace and name."""
    return metadata.get("namespace") or "", metadata["name"]


def number(text: str | None) -> int | None:
    """Return the revision that a label names, None if it names none."""
    return int(text) if text and text.isascii() and text.isdigit() else None


def attached(live: Object) -> dict[str, str]:
    """Return an object's annotations."""
    return (live.get("metadata") or {}).get("annotations") or {}


def mark(metadata: Object) -> split.Mark | None:
    """Return how an object's record is split, None if it is whole.

    Raises:
        ReleaseDecodeError: in no way that is known.
    """
    return split.mark(metadata.get("annotations"))


def claimed(metadata: Object, claim: Claim | None) -> Object:
    """Return metadata with another claim; what the server manages itself is left out."""
    kept = {name: value for name, value in metadata.items() if name not in ("managedFields", "annotations")}
    notes = {n: v for n, v in (metadata.get("annotations") or {}).items() if n not in claims.NAMES}
    if claim is not None:
        notes.update(claim.notes())
    return {**kept, "annotations": notes} if notes else kept


def age(metadata: Object, now: float | None) -> float | None:
    """Return how long ago an object was last written as a record, in seconds by the server's clock."""
    from hivehelm.release.drivers.requests import FIELD_MANAGER
    from hivehelm.release.times import nanoseconds

    times = [
        nanoseconds(entry["time"])
        for entry in metadata.get("managedFields") or ()
        if entry.get("manager") == FIELD_MANAGER and entry.get("time")
    ]
    return max(0.0, now - max(times) / 1e9) if times and now is not None else None
