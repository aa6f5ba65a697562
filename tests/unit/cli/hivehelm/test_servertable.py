"""The API server's tables."""

from __future__ import annotations

from hivehelm.cli.hivehelm.servertable import align, resources_text

COLUMNS = [{"name": "Name"}, {"name": "Ready"}, {"name": "Node", "priority": 1}, {"name": "Age"}]


def test_tables_under_their_heads() -> None:
    first = {"columnDefinitions": COLUMNS, "rows": [{"cells": ["a", "1/1", "n", "5s"]}]}
    again = {"columnDefinitions": COLUMNS, "rows": [{"cells": ["longer-name", 2, "n", None]}]}
    without = {"rows": [{"cells": ["x\ny", True, "n"]}]}
    empty = {"columnDefinitions": [{"name": "Other"}], "rows": []}
    other = {"columnDefinitions": [{"name": "Name"}], "rows": [{"cells": ["z"]}]}
    text = resources_text({"v1/A": [first, again, without, empty], "v1/B": [other]})
    assert text == (
        "==> v1/A\n"
        "NAME   READY   AGE\n"
        "a      1/1     5s\n"
        "longer-name   2     \n"
        "x...   true\n"
        "\n"
        "==> v1/B\n"
        "NAME\n"
        "z\n"
        "\n"
    )


def test_columns_are_six_wide_at_least() -> None:
    assert align([["a", "b", "c"]]) == "a     b     c\n"
    assert align([]) == ""
