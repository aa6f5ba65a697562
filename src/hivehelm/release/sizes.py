"""What takes how much room in a record that does not fit, and what to do about it."""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from hivehelm.release.model import Release

_NAMED = 3
_ADVICE = (
    "keep what no template reads out of the chart (.helmignore)",
    "share its objects out over several releases",
    "keep records in a database (HELM_DRIVER=sql)",
)
_SPLIT = "pass --split-records (Helm itself does not see what is split)"


class Share(Record):
    """A part of a record: its `name`, the `size` it comes to in the store, in bytes, and its largest members.

    `members` are names and sizes, the largest first. What is packed together cannot be told apart to the
    byte: sizes are shares of the whole, by what each part comes to when packed alone.
    """

    name: str
    size: int
    members: tuple[tuple[str, int], ...] = ()


def shares(release: Release, size: int) -> tuple[Share, ...]:
    """Return what the stored record of `release`, `size` bytes long, is made of, the largest part first."""
    document = release.chart_document or {}
    parts: dict[str, list[tuple[str, Any]]] = {
        "manifest": [("", release.manifest)],
        "hooks": [(hook.path, hook.manifest) for hook in release.hooks],
        "notes": [("", release.info.notes)],
        "the user's values": [("", release.config)],
        "chart templates": _files(document.get("templates")),
        "chart files": _files(document.get("files")),
        "chart values": [("", document.get("values"))],
        "chart schema": [("", document.get("schema"))],
        "chart metadata": [("", document.get("metadata")), ("", document.get("lock"))],
    }
    weights = {
        name: [(title, _packed(value)) for title, value in members if value]
        for name, members in parts.items()
    }
    scale = size / (sum(weight for members in weights.values() for _, weight in members) or 1)
    found = [
        Share(
            name=name,
            size=round(sum(weight for _, weight in members) * scale),
            members=_largest((title, round(weight * scale)) for title, weight in members),
        )
        for name, members in weights.items()
        if members
    ]
    return tuple(sorted(found, key=lambda one: one.size, reverse=True))


def explanation(parts: Iterable[Share], revision: int, size: int, limit: int, *, split: bool) -> str:
    """Return in two lines what a record is made of and what helps, trifles left out.

    `split` says that splitting did not help.
    """
    described = ", ".join(_described(part) for part in parts if part.size * 100 >= size)
    advice = "; or ".join(_ADVICE if split else (*_ADVICE, _SPLIT))
    return (
        f"the record of revision {revision} takes {amount(size)} of at most {amount(limit)}, packed: "
        f"{described}\nto make it fit, {advice}"
    )


def amount(size: int) -> str:
    """Return a number of bytes for people: `1.5 MiB`, `23 KiB`."""
    return f"{size / (1 << 20):.2f} MiB" if size >= 1 << 20 else f"{-(-size // 1024)} KiB"


def _described(share: Share) -> str:
    text = f"{share.name} {amount(share.size)}"
    if not share.members:
        return text
    members = ", ".join(f"{name} {amount(size)}" for name, size in share.members[:_NAMED])
    more = ", …" if len(share.members) > _NAMED else ""
    return f"{text} ({members}{more})"


def _files(documents: Any) -> list[tuple[str, Any]]:
    from binascii import a2b_base64

    return [(one.get("name") or "", a2b_base64(one.get("data") or "")) for one in documents or ()]


def _largest(members: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((one for one in members if one[0]), key=lambda one: one[1], reverse=True))


def _packed(value: Any) -> int:
    """Return how many bytes a part packs into by itself."""
    from zlib import compress

    from hivehelm.golang.json import dumps

    if isinstance(value, str):
        value = value.encode("utf-8", "replace")
    return len(compress(value if isinstance(value, bytes) else dumps(value).encode("utf-8", "replace"), 1))
