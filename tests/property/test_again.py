"""Values settled one after the other come to what they come to each on their own."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from hivehelm.values.again import Again
from hivehelm.values.changes import twins
from hivehelm.values.coalesce import ValuesError, coalesce, copy
from hivehelm.values.subcharts import process_dependencies

from .test_subcharts import Trees

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.chart.model import Chart

_VALUES: tuple[Any, ...] = (
    True,
    False,
    None,
    "",
    "text",
    "other",
    0.0,
    -0.0,
    1.0,
    1,
    [],
    ["x"],
    [{"a": 1.0}],
    {},
    {"x": "y"},
)


def _changed(values: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """Return values with one of them changed, most often one that is no table."""
    values = copy(values)
    table = values
    while True:
        key = (
            draw.choice([*table, "a", "x"]) if draw.random() < 0.3 or not table else draw.choice(list(table))
        )
        inner = table.get(key)
        if isinstance(inner, dict) and draw.random() < 0.9:
            table = inner
            continue
        if draw.random() < 0.1:
            table.pop(key, None)
        else:
            table[key] = copy({"": draw.choice(_VALUES)})[""]
        return values


def _settled(again: Again, chart: Chart, values: dict[str, Any]) -> str | None:
    try:
        again.settle(chart, values)
    except ValuesError as error:
        return str(error)
    return None


@given(st.integers(0, 2**32))
def test_values_come_to_the_same(seed: int) -> None:
    trees, draw = Trees(seed), random.Random(seed)  # noqa: S311 - repeatable is the point
    chart, again = trees.chart("top"), Again()
    rounds = [{}, trees.values()]
    for _ in range(8):
        rounds.append(_changed(draw.choice(rounds[-2:]), draw))
    for values in rounds:
        before = copy(values)
        refused = _settled(again, chart, values)
        assert values == before
        try:
            processed = process_dependencies(chart, values)
            wanted = coalesce(processed, values)
        except ValuesError as error:
            assert refused == str(error)
            continue
        assert refused is None
        assert repr(again.values) == repr(wanted)
        assert twins(again.values) == again.twins == twins(wanted)
        assert [(one.full_path, one.values) for one in again.chart.walk()] == [
            (one.full_path, one.values) for one in processed.walk()
        ]
