from __future__ import annotations

from typing import Any

from hivehelm.chart.load import load_files
from hivehelm.chart.model import Chart, File
from hivehelm.platform.debug.origins import origins

FILES = {
    "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: db, version: 1.0.0}]\n",
    "values.yaml": "a: 1\nlist: [1, 2]\nempty: {}\ndb: {size: 2}\nglobal: {zone: x}\n",
    "charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
    "charts/db/values.yaml": "size: 1\nuser: app\ncache: {ttl: 5}\nglobal: {own: w}\n",
    "charts/db/charts/cache/Chart.yaml": "apiVersion: v2\nname: cache\nversion: 1.0.0\n",
    "charts/db/charts/cache/values.yaml": "ttl: 1\nlimit: 2\n",
}


def chart(files: dict[str, str]) -> Chart:
    return load_files([File(name, text.encode(), None) for name, text in files.items()])


def told(config: dict[str, Any], files: dict[str, str] = FILES) -> dict[str, tuple[Any, str]]:
    return {one.path: (one.value, one.origin) for one in origins(chart(files), config)}


def test_every_value_has_an_origin() -> None:
    found = told({"db": {"user": "bob"}, "new": {"deep": True}})
    assert found == {
        "a": (1, "chart default"),
        "list": ([1, 2], "chart default"),
        "empty": ({}, "chart default"),
        "new.deep": (True, "user-supplied"),
        "global.zone": ("x", "global"),
        "db.size": (2, "parent chart shop"),
        "db.user": ("bob", "user-supplied"),
        "db.global.own": ("w", "chart default"),
        "db.global.zone": ("x", "global"),
        "db.cache.ttl": (5, "parent chart db"),
        "db.cache.limit": (2, "chart default"),
        "db.cache.global.own": ("w", "global"),
        "db.cache.global.zone": ("x", "global"),
    }


def test_what_it_would_be_by_itself_is_told() -> None:
    config = {"a": 5, "db": {"size": 9, "cache": {"ttl": 3}}, "global": {"zone": "z", "more": 1}}
    found = {one.path: one for one in origins(chart(FILES), config)}
    assert (found["a"].origin, found["a"].default) == ("user-supplied", 1)
    assert (found["db.size"].origin, found["db.size"].default) == ("user-supplied", 2)
    assert (found["db.cache.ttl"].origin, found["db.cache.ttl"].default) == ("user-supplied", 5)
    assert found["global.zone"].origin == "user-supplied"
    assert found["db.global.zone"].origin == "user-supplied (global)"
    assert found["db.cache.global.more"].origin == "user-supplied (global)"


def test_records_lack_subcharts() -> None:
    files = {name: text for name, text in FILES.items() if not name.startswith("charts/")}
    found = told({}, files)
    assert found["db.size"] == (2, "parent chart shop")
    assert found["a"] == (1, "chart default")


def test_charts_without_values() -> None:
    assert told({}, {"Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.0.0\n"}) == {}
