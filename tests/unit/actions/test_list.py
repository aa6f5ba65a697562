from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.list import ListOptions, list_releases
from hivehelm.actions.selector import SelectorError
from hivehelm.errors import HivehelmError
from hivehelm.kube.errors import UnreachableError
from hivehelm.release.model import Info, Release
from hivehelm.testing import FakeCluster

DAY = "2026-01-{:02d}T00:00:00Z"


def store(context: Context, name: str, version: int = 1, status: str = "deployed", day: int = 1) -> None:
    info = Info(status=status, last_deployed=DAY.format(day))
    labels = {"team": name[0]}
    context.storage.create(
        Release(name=name, version=version, namespace=context.namespace, info=info, labels=labels)
    )


@pytest.fixture
def stocked(context: Context) -> Context:
    store(context, "beta", 1, "superseded", day=1)
    store(context, "beta", 2, "deployed", day=5)
    store(context, "alpha", 10, "failed", day=9)
    store(context, "alpha", 9, "deployed", day=8)
    store(context, "gone", 1, "uninstalled", day=2)
    store(context, "pend", 1, "pending-upgrade", day=3)
    store(context, "odd", 1, "mystery", day=4)
    return context


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["alpha", "beta", "gone", "pend"]),
        ({"deployed": True}, ["beta"]),
        ({"failed": True, "deployed": True}, ["alpha", "beta"]),
        ({"uninstalled": True}, ["gone"]),
        ({"uninstalling": True}, []),
        ({"pending": True}, ["pend"]),
        ({"superseded": True}, ["beta"]),
        ({"superseded": True, "deployed": True}, ["beta"]),
        ({"reverse": True}, ["pend", "gone", "beta", "alpha"]),
        ({"date": True}, ["gone", "pend", "beta", "alpha"]),
        ({"date": True, "reverse": True}, ["alpha", "beta", "pend", "gone"]),
        ({"max": 2}, ["alpha", "beta"]),
        ({"max": 2, "offset": 1}, ["beta", "gone"]),
        ({"max": 0}, ["alpha", "beta", "gone", "pend"]),
        ({"offset": 9}, []),
        ({"offset": -1}, ["alpha", "beta", "gone", "pend"]),
        ({"filter": "^a|nd$"}, ["alpha", "pend"]),
        ({"selector": "team in (a,g)"}, ["alpha", "gone"]),
        ({"selector": "status=deployed,owner=helm"}, ["beta"]),
    ],
)
def test_what_is_asked_for_is_listed(stocked: Context, options: dict[str, Any], names: list[str]) -> None:
    assert [found.name for found in list_releases(stocked, ListOptions(**options))] == names


def test_only_the_newest_revision_counts(stocked: Context) -> None:
    assert [(found.name, found.version) for found in list_releases(stocked)][:2] == [
        ("alpha", 10),
        ("beta", 2),
    ]
    superseded = list_releases(stocked, ListOptions(superseded=True))
    assert [(found.name, found.version) for found in superseded] == [("beta", 1)]


def test_nothing_is_there(context: Context) -> None:
    assert list_releases(context, ListOptions(selector="not ! a selector")) == []


def test_all_namespaces_at_once(
    stocked: Context, make_context: Callable[[str], Context], cluster: FakeCluster
) -> None:
    cluster.client().create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}})
    store(make_context("other"), "alpha")
    found = list_releases(make_context(""))
    assert [(one.namespace, one.name) for one in found][:2] == [("default", "alpha"), ("other", "alpha")]


def test_records_of_nobody_are_left_out(context: Context, cluster: FakeCluster) -> None:
    store(context, "web")
    cluster.client().create(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "broken", "labels": {"owner": "helm"}},
            "data": {"release": "%%%"},
        },
        "default",
    )
    assert [found.name for found in list_releases(context)] == ["web"]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (ListOptions(selector="a b"), SelectorError),
        (ListOptions(filter="("), HivehelmError),
    ],
)
def test_what_cannot_be_read_is_refused(
    stocked: Context, options: ListOptions, error: type[Exception]
) -> None:
    with pytest.raises(error):
        list_releases(stocked, options)


def test_a_cluster_that_does_not_answer(context: Context, cluster: FakeCluster) -> None:
    cluster.reachable = False
    with pytest.raises(UnreachableError):
        list_releases(context)
