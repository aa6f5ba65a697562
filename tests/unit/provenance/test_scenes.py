"""Keyrings and provenance files of all kinds: what is said of each is what the real Helm says."""

from __future__ import annotations

import pytest
from tests.cases.provenance import ARCHIVE, SCENES, expected, masked

from hivehelm.provenance.errors import ProvenanceError
from hivehelm.provenance.verify import verify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

EXPECTED = expected()


@pytest.mark.parametrize("name", sorted(SCENES))
def test_scene(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ring, provenance = SCENES[name]()
    (tmp_path / "c-0.1.0.tgz").write_bytes(ARCHIVE)
    (tmp_path / "c-0.1.0.tgz.prov").write_bytes(provenance)
    (tmp_path / "ring").write_bytes(ring)
    try:
        found = verify("c-0.1.0.tgz", "c-0.1.0.tgz.prov", "ring")
    except ProvenanceError as error:
        said = f"Error: {error}\n"
    else:
        said = "".join(f"Signed by: {name}\n" for name in found.signed_by)
        said += f"Using Key With Fingerprint: {found.fingerprint}\nChart Hash Verified: {found.file_hash}\n"
    assert masked(said).encode("utf-8", "surrogateescape").decode(errors="replace") == EXPECTED[name]
