from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from tests.openpgp import Key, canonical, clear_signed, packet

from hivehelm.plugins.metadata import CLIConfig, Metadata, SubprocessConfig
from hivehelm.plugins.signing import status

ABOUT = Metadata(
    api_version="v1",
    name="p",
    type="cli/v1",
    runtime="subprocess",
    version="0.1.0",
    config=CLIConfig(),
    runtime_config=SubprocessConfig(),
)


def signed(sums: str) -> bytes:
    text = f"Name: p\n\n...\n{sums}"
    return clear_signed(text, packet(2, Key("eddsa").signature(1, canonical(text))))


def test_a_plugin_elsewhere(tmp_path: Path) -> None:
    assert status(ABOUT, str(tmp_path)) == "unknown"


def test_a_link(tmp_path: Path) -> None:
    (tmp_path / "p").symlink_to("nowhere")
    assert status(ABOUT, str(tmp_path)) == "local dev"


@pytest.mark.parametrize(
    ("provenance", "expected"),
    [
        (None, "unsigned"),
        (b"x", "invalid provenance"),
        (signed(f"files: {{p-0.1.0.tgz: 'sha256:{sha256(b'data').hexdigest()}'}}\n"), "signed"),
        (signed(f"files: {{x-p-0.1.0.tgz: 'sha256:{sha256(b'data').hexdigest()}'}}\n"), "signed"),
        (signed("files: {p-0.1.0.tgz: 'sha256:0'}\n"), "mismatched provenance"),
        (signed("files: {}\n"), "mismatched provenance"),
        (signed("files: [\n"), "mismatched provenance"),
    ],
)
def test_an_archive_and_what_signs_it(tmp_path: Path, provenance: bytes | None, expected: str) -> None:
    (tmp_path / "p").mkdir()
    assert status(ABOUT, str(tmp_path)) == "unsigned"
    (tmp_path / "p-0.1.0.tgz").write_bytes(b"data")
    if provenance is not None:
        (tmp_path / "p-0.1.0.tgz.prov").write_bytes(provenance)
    assert status(ABOUT, str(tmp_path)) == expected


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p-0.1.0.tgz").write_bytes(b"data")
    (tmp_path / "p-0.1.0.tgz.prov").mkdir()
    assert status(ABOUT, str(tmp_path)) == "unknown"
