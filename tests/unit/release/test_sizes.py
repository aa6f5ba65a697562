"""What a record that is too large is told to consist of."""

from __future__ import annotations

import base64
from hashlib import shake_128

from hivehelm.release import sizes
from hivehelm.release.model import Hook, Info, Release


def noise(size: int) -> bytes:
    return shake_128(b"noise").digest(size)


def file(name: str, size: int) -> dict[str, str]:
    return {"name": name, "data": base64.b64encode(noise(size)).decode()}


RELEASE = Release(
    name="web",
    version=3,
    manifest=noise(20_000).hex(),
    hooks=(Hook(path="web/templates/hook.yaml", manifest=noise(8_000).hex()),),
    info=Info(notes="n" * 500),
    config={"a": noise(1_500).hex()},
    chart_document={
        "metadata": {"name": "web"},
        "templates": [file("templates/a.yaml", 9_000)],
        "files": [file(f"files/{size}", size) for size in (10_000, 400_000, 20_000, 30_000)],
        "values": {},
        "schema": None,
    },
)


def test_the_parts_come_to_the_whole_the_largest_first() -> None:
    found = sizes.shares(RELEASE, 1_500_000)
    assert [one.name for one in found][:5] == [
        "chart files",
        "manifest",
        "hooks",
        "chart templates",
        "the user's values",
    ]
    assert abs(sum(one.size for one in found) - 1_500_000) < 20
    assert [name for name, _ in found[0].members] == [
        "files/400000",
        "files/30000",
        "files/20000",
        "files/10000",
    ]
    assert 0.85 < found[0].size / 1_500_000 < 0.99
    assert sizes.shares(Release(), 100) == ()


def test_it_is_said_what_to_do() -> None:
    shares = sizes.shares(RELEASE, 1_500_000)
    first, second = sizes.explanation(shares, 3, 1_500_000, 1 << 20, split=False).split("\n")
    assert first.startswith(
        "the record of revision 3 takes 1.43 MiB of at most 1.00 MiB, packed: chart files 1."
    )
    assert " MiB (files/400000 1." in first
    assert ", …), manifest " in first
    assert "hooks 28 KiB (web/templates/hook.yaml 28 KiB)" in first
    assert "notes" not in first
    assert second.endswith("; or pass --split-records (Helm itself does not see what is split)")
    assert "--split-records" not in sizes.explanation(shares, 3, 1_500_000, 1 << 20, split=True)
