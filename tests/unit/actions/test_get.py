from __future__ import annotations

from typing import Any

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.errors import InvalidNameError
from hivehelm.actions.get import get, get_metadata, get_values
from hivehelm.actions.history import history
from hivehelm.kube.errors import UnreachableError
from hivehelm.release.errors import ReleaseNotFoundError
from hivehelm.release.model import Info, Release
from hivehelm.testing import FakeCluster

CHART: dict[str, Any] = {
    "metadata": {
        "name": "c",
        "version": "1.0.0",
        "apiVersion": "v2",
        "appVersion": "7",
        "annotations": {"a": "b"},
        "dependencies": [{"name": "z", "repository": ""}, {"name": "d", "repository": ""}],
    },
    "values": {"a": 1.0, "b": {"c": 2.0}},
}


@pytest.fixture
def stocked(context: Context) -> Context:
    for version in (1, 2, 10):
        context.storage.create(
            Release(
                name="web",
                version=version,
                namespace="default",
                info=Info(status="deployed", last_deployed="2026-01-01T10:00:00.5+02:00"),
                chart_document=CHART,
                config={"a": float(version)},
                labels={"team": "t"},
                apply_method="ssa",
            )
        )
    return context


@pytest.mark.parametrize(("asked", "got"), [(0, 10), (-1, 10), (2, 2)])
def test_a_revision_is_got(stocked: Context, asked: int, got: int) -> None:
    assert get(stocked, "web", asked).version == got


def test_values_are_the_users_or_all(stocked: Context) -> None:
    assert get_values(stocked, "web") == {"a": 10.0}
    assert get_values(stocked, "web", 1, all=True) == {"a": 1.0, "b": {"c": 2.0}}


def test_metadata_is_helms(stocked: Context) -> None:
    metadata = get_metadata(stocked, "web", 10)
    assert metadata.dependency_names == "d,z"
    document = metadata.to_document()
    assert document == {
        "name": "web",
        "chart": "c",
        "version": "1.0.0",
        "appVersion": "7",
        "annotations": {"a": "b"},
        "labels": {"team": "t"},
        "dependencies": CHART["metadata"]["dependencies"],
        "namespace": "default",
        "revision": 10,
        "status": "deployed",
        "deployedAt": "2026-01-01T10:00:00+02:00",
        "applyMethod": "ssa",
    }
    assert list(document)[:5] == ["name", "chart", "version", "appVersion", "annotations"]


def test_metadata_of_a_bare_record(context: Context) -> None:
    context.storage.create(Release(name="bare", version=1, namespace="default"))
    assert get_metadata(context, "bare", 1).to_document() == {
        "name": "bare",
        "chart": "",
        "version": "",
        "appVersion": "",
        "namespace": "default",
        "revision": 1,
        "status": "",
        "deployedAt": "0001-01-01T00:00:00Z",
    }


def test_a_history_is_told_from_the_oldest_on(stocked: Context) -> None:
    assert [found.version for found in history(stocked, "web")] == [1, 2, 10]
    assert [found.version for found in history(stocked, "web", max=2)] == [2, 10]


def test_what_is_not_there_is_not_found(stocked: Context) -> None:
    for act in (lambda: get(stocked, "web", 3), lambda: get(stocked, "x"), lambda: history(stocked, "x")):
        with pytest.raises(ReleaseNotFoundError):
            act()


def test_names_that_cannot_be_are_refused(stocked: Context) -> None:
    with pytest.raises(InvalidNameError, match=r"^releaseContent: Release name is invalid: No$"):
        get(stocked, "No")
    with pytest.raises(InvalidNameError, match=r"^release name is invalid: No$"):
        history(stocked, "No")


def test_a_cluster_that_does_not_answer(stocked: Context, cluster: FakeCluster) -> None:
    cluster.reachable = False
    for act in (lambda: get(stocked, "web"), lambda: history(stocked, "web")):
        with pytest.raises(UnreachableError):
            act()
