"""What the platform shows of a release, written as JSON once for each state of its record."""

from __future__ import annotations

from hivehelm.golang.json import dumps
from hivehelm.platform.model import HelmReleaseStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.release.model import Release

    Conceal = Callable[[Release], dict[str, Any] | None]

#: How large values may be, in bytes, to be kept beside what else is shown.
MOST_VALUES = 32 << 10
# What a face takes beside its texts, in bytes, roughly.
_OVERHEAD = 400


class Face:
    """What is shown of one revision.

    `head` is a JSON object without its closing brace, `values` the JSON of the user's values, None where they
    are not kept; `updated` are nanoseconds since 1970. Never changed.
    """

    __slots__ = ("chart", "head", "revision", "state", "status", "updated", "values")

    def __init__(
        self,
        head: bytes,
        values: bytes | None,
        *,
        status: str,
        state: str,
        chart: str,
        updated: int,
        revision: int,
    ) -> None:
        self.head = head
        self.values = values
        self.status = status
        self.state = state
        self.chart = chart
        self.updated = updated
        self.revision = revision

    @property
    def size(self) -> int:
        """How much memory it takes, in bytes, roughly."""
        return _OVERHEAD + len(self.head) + len(self.values or b"")

    def shrunk(self) -> Face:
        """Return the same without values: of old revisions they are seldom asked for."""
        if self.values is None:
            return self
        return Face(
            self.head,
            None,
            status=self.status,
            state=self.state,
            chart=self.chart,
            updated=self.updated,
            revision=self.revision,
        )

    def data(self, *, values: bool) -> bytes:
        """Return the JSON object, with the values if they are asked for; they have to be kept then."""
        if values:
            return b'%s,"values":%s}' % (self.head, self.values)
        return b"%s}" % self.head


def face(release: Release, conceal: Conceal | None = None, *, most: int = MOST_VALUES) -> Face:
    """Return what is shown of a release; `conceal` says which values anybody may see, None is all of them.

    Values of more than `most` bytes are left out, -1 is all of them.
    """
    from sys import intern

    info, chart = release.info, release.chart_metadata
    instant = _nanoseconds(info.last_deployed)
    status = HelmReleaseStatus.of(info.status).value
    head = {
        "name": release.name,
        "namespace": release.namespace,
        "chart": _text(chart.get("name")),
        "version": _text(chart.get("version")),
        "status": status,
        "revision": release.version,
        "updated": utc(instant),
        "app_version": _text(chart.get("appVersion")),
        "description": info.description,
        "state": info.status,
    }
    # Go writes maps in the order of their keys; this is a struct.
    text = ",".join(f"{dumps(name)}:{dumps(value, html=False)}" for name, value in head.items())
    values = values_json(release, conceal) if most >= 0 else None
    return Face(
        f"{{{text}".encode("utf-8", "replace"),
        values if values is not None and len(values) <= most else None,
        status=status,
        state=intern(info.status),
        chart=intern(_text(chart.get("name"))),
        updated=instant,
        revision=release.version,
    )


def values_json(release: Release, conceal: Conceal | None = None) -> bytes:
    """Return the user's values as JSON, `{}` where there are none."""
    values = release.config if conceal is None else conceal(release)
    return dumps(values or {}, html=False).encode("utf-8", "replace")


def utc(instant: int) -> str:
    """Return nanoseconds since 1970 as RFC 3339 in UTC."""
    import time

    seconds, fraction = divmod(instant, 1_000_000_000)
    if seconds < -62_135_596_800:
        seconds, fraction = -62_135_596_800, 0
    day = time.gmtime(seconds)
    digits = f".{fraction:09d}".rstrip("0").rstrip(".")
    # `strftime` writes years below 1000 as short as they are.
    clock = time.strftime("%m-%dT%H:%M:%S", day)
    return f"{day.tm_year:04d}-{clock}{digits}Z"


def _nanoseconds(text: str) -> int:
    from hivehelm.release.times import nanoseconds

    try:
        return nanoseconds(text)
    except ValueError:
        return nanoseconds("")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
