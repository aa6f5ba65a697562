from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.unit.actions.plugins.test_install import archive

from hivehelm.actions.plugins.install import choose, install
from hivehelm.actions.plugins.installer import InstallerError, Settings
from hivehelm.errors import HivehelmError
from hivehelm.sources.stores import Access
from hivehelm.testing import FakeRegistry

ARTIFACT = "application/vnd.helm.plugin.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    data = str(tmp_path / "data")
    return Settings(
        plugins=str(tmp_path / "plugins"),
        data=data,
        cache=str(tmp_path / "cache"),
        registry_config=str(tmp_path / "config.json"),
        access=Access(plain_http=True),
        out=lambda _: None,
    )


def put(fake: FakeRegistry, name: str, files: dict[str, str], prov: bytes | None = None) -> str:
    """Put a plugin into a registry; return the reference to it."""
    layers = []
    for title, data in ((f"{name}-0.1.0.tgz", archive(files)), (f"{name}-0.1.0.tgz.prov", prov)):
        if data is not None:
            layers.append(
                {**fake.layer(LAYER, data), "annotations": {"org.opencontainers.image.title": title}}
            )
    document = {"artifactType": ARTIFACT, "config": fake.layer(ARTIFACT, b"{}"), "layers": layers}
    fake.add_manifest(f"x/{name}", "0.1.0", document)
    return f"oci://{fake.address}/x/{name}:0.1.0"


def test_installing_and_updating(settings: Settings, tmp_path: Path) -> None:
    with FakeRegistry() as fake:
        source = put(fake, "p", {"p/plugin.yaml": "name: p\nversion: 0.1.0\n"}, b"signed")
        plugin = install(source, settings, verify=False)
        assert plugin.directory == str(tmp_path / "plugins/p")
        assert sorted(os.listdir(tmp_path / "data")) == ["p-0.1.0.tgz", "p-0.1.0.tgz.prov"]
        installer = choose(source, "", settings)
        installer.update()
        (tmp_path / "plugins/p/plugin.yaml").unlink()
        installer.update()
        assert (tmp_path / "plugins/p/plugin.yaml").exists()
        assert installer.evidence().name == "p-0.1.0.tgz"
        assert installer.evidence().provenance == b"signed"
        with pytest.raises(InstallerError, match="plugin verification failed: "):
            install(put(fake, "q", {"plugin.yaml": "name: q\n"}), settings)


def test_what_is_no_plugin(settings: Settings, tmp_path: Path) -> None:
    with FakeRegistry() as fake:
        for name, files, problem in (
            ("a", {"x": ""}, "failed to extract plugin metadata from tarball: plugin.yaml not found"),
            ("b", {"b/plugin.yaml": "name: b\n", "../x": ""}, "failed to extract plugin: path contains"),
            ("c", {"deep/er/plugin.yaml": "name: c\n"}, r"plugin metadata \(plugin.yaml\) missing"),
        ):
            with pytest.raises(InstallerError, match=f"^{problem}"):
                install(put(fake, name, files), settings, verify=False)
        (tmp_path / "file").write_text("")
        blocked = settings.replace(cache=str(tmp_path / "file"))
        with pytest.raises(
            InstallerError, match=r"failed to create cache directory: mkdir .*: not a directory"
        ):
            install(put(fake, "d", {"plugin.yaml": "name: d\n"}), blocked, verify=False)
        source = f"oci://{fake.address}/x/nosuch:1"
        with pytest.raises(InstallerError, match=f"^failed to pull plugin from {source}: "):
            install(source, settings, verify=False)


@pytest.mark.parametrize("source", ["oci://", "oci://x", "oci://h/A:1"])
def test_references_that_are_none(settings: Settings, source: str) -> None:
    with pytest.raises(HivehelmError, match="invalid OCI reference"):
        choose(source, "", settings)
