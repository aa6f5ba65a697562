"""Archives get a provenance file beside them, whole or not at all."""

from __future__ import annotations

import pytest
from tests.openpgp import Key, certificate

from hivehelm.actions.package import PackageOptions, package
from hivehelm.actions.signing import Signing, UnsignableError, sign_archive
from hivehelm.provenance.errors import KeyringError
from hivehelm.provenance.verify import verify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

CHART = """apiVersion: v1
name: old
version: 0.1.0
description: |
  - one
  -----BEGIN
"""


@pytest.fixture
def signing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signing:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "Chart.yaml").write_text(CHART)
    (tmp_path / "old" / "requirements.yaml").write_text("dependencies: []\n")
    (tmp_path / "ring").write_bytes(certificate(Key("eddsa"), "Ann", secret=True))
    return Signing(key="Ann", keyring="ring", passphrases=lambda: lambda _: b"")


def test_the_metadata_of_the_archive_are_signed(signing: Signing, tmp_path: Path) -> None:
    """Dashes are escaped; what is signed again replaces what was there."""
    for version in ("0.1.0", "0.2.0"):
        archive = package("old", PackageOptions(version=version, signing=signing))
        text = (tmp_path / f"{archive}.prov").read_text()
        assert f"version: {version}\n\n...\nfiles:\n  old-{version}.tgz: sha256:" in text
        assert verify(archive, f"{archive}.prov", "ring").signed_by == ("Ann",)
    assert package("old", PackageOptions(signing=signing)) == "old-0.1.0.tgz"


def test_what_cannot_be_signed(signing: Signing, tmp_path: Path) -> None:
    """The archive stays, as in Helm; a broken one is found when its metadata are read."""
    with pytest.raises(KeyringError, match="private key not found"):
        package("old", PackageOptions(signing=signing.replace(key="Bob")))
    assert (tmp_path / "old-0.1.0.tgz").exists()
    assert not (tmp_path / "old-0.1.0.tgz.prov").exists()
    (tmp_path / "broken.tgz").write_bytes(b"rubbish")
    with pytest.raises(UnsignableError, match=r"^failed to load chart for signing: "):
        sign_archive("broken.tgz", signing)
