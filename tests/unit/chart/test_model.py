from __future__ import annotations

from hivehelm.chart.model import CRD, Chart, Dependency, File, Maintainer, Metadata


def test_paths_name_every_chart_above() -> None:
    leaf = Chart(Metadata("c", "1.0.0", "v2"))
    middle = Chart(Metadata("b", "1.0.0", "v2", type="Library"), dependencies=[leaf])
    top = Chart(Metadata("a", "1.0.0", "v2"), dependencies=[middle])
    assert (leaf.path, leaf.full_path) == ("a.b.c", "a/charts/b/charts/c")
    assert leaf.root is top
    assert top.is_root
    assert not leaf.is_root
    assert middle.is_library
    assert list(top.walk()) == [top, middle, leaf]
    assert repr(leaf) == "Chart('a/charts/b/charts/c', version='1.0.0')"


def test_metadata_is_a_map_of_gos_names() -> None:
    metadata = Metadata(
        "a",
        "1.0.0",
        "v2",
        maintainers=[Maintainer("m", "e", "u")],
        dependencies=[Dependency("d", tags=["t"])],
        annotations={"k": "v"},
        deprecated=True,
    )
    mapped = metadata.as_map()
    assert mapped["APIVersion"] == "v2"
    assert mapped["Sources"] == []
    assert mapped["Maintainers"] == [{"Name": "m", "Email": "e", "URL": "u"}]
    assert mapped["Dependencies"][0]["Tags"] == ["t"]
    assert mapped["Annotations"].get("nothing") == ""
    mapped["Keywords"].append("changed")
    assert metadata.keywords is None


def test_copies_have_dependencies_of_their_own() -> None:
    metadata = Metadata("a", dependencies=[Dependency("d")])
    other = metadata.copy()
    assert other.dependencies is not None
    other.dependencies[0].name = "changed"
    other.name = "b"
    assert metadata.dependencies is not None
    assert (metadata.name, metadata.dependencies[0].name) == ("a", "d")
    assert Metadata("a").copy().dependencies is None


def test_only_manifests_under_crds_are_crds() -> None:
    names = ["crds/a.yaml", "crds/b.YML", "crds/c.json", "crds/d.md", "other/e.yaml"]
    chart = Chart(Metadata("a"), files=[File(name, b"x") for name in names])
    found = chart.crds()
    assert [crd.name for crd in found] == names[:3]
    assert isinstance(found[0], CRD)
    assert found[0].filename == "a/crds/a.yaml"


def test_files_have_a_text() -> None:
    file = File("x", b"a\xffb")
    assert file.text == "a\udcffb"
    assert repr(file) == "File('x', 3 bytes)"
