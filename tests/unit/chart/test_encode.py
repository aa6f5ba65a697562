"""Chart.yaml and Chart.lock as Go writes them."""

from __future__ import annotations

from hivehelm.chart.encode import chart_yaml, lock_yaml, metadata_document
from hivehelm.chart.model import Dependency, Lock, Maintainer, Metadata

SUB = Dependency("sub", "1", "file://../sub", tags=["t"], import_values=["data"], alias="a")


def test_what_is_empty_is_left_out() -> None:
    metadata = Metadata(
        "a", "1.0.0", "v2", app_version="1.10", maintainers=[Maintainer("M")], deprecated=True
    )
    metadata.dependencies = [SUB, Dependency("b")]
    assert chart_yaml(metadata).decode() == (
        'apiVersion: v2\nappVersion: "1.10"\ndependencies:\n- alias: a\n  import-values:\n  - data\n'
        '  name: sub\n  repository: file://../sub\n  tags:\n  - t\n  version: "1"\n- name: b\n'
        '  repository: ""\n'
        "deprecated: true\nmaintainers:\n- name: M\nname: a\nversion: 1.0.0\n"
    )


def test_dependencies_of_v1_are_elsewhere() -> None:
    metadata = Metadata("a", "1.0.0", "v1", dependencies=[SUB])
    assert b"dependencies" not in chart_yaml(metadata)
    assert "dependencies" in metadata_document(metadata)


def test_times_are_spelt_as_go_spells_them() -> None:
    assert lock_yaml(Lock("2020-01-02T03:04:05.600+02:00", "sha256:1", [Dependency("a", "1")])).decode() == (
        'dependencies:\n- name: a\n  repository: ""\n  version: "1"\ndigest: sha256:1\n'
        'generated: "2020-01-02T03:04:05.6+02:00"\n'
    )
    assert b"dependencies: null\n" in lock_yaml(Lock())
    assert b'"0001-01-01T00:00:00Z"' in lock_yaml(Lock())
