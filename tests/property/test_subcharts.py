"""Subcharts chosen by the values that decide on them, against choosing them by all values."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from hivehelm.chart.model import Chart, Dependency, Metadata
from hivehelm.values.coalesce import ValuesError, coalesce
from hivehelm.values.subcharts import process_dependencies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NAMES = ("a", "b", "c")
_KEYS = (*_NAMES, "on", "x", "tags", "global", "alias")
_CONDITIONS = (
    "",
    "a.on",
    "b.on",
    "c.on",
    "b.c.on",
    "on",
    "a",
    "global.on",
    "a.x,b.on",
    "alias.on",
    "b.alias.on",
)


class Trees:
    """Draws charts with subcharts, and values for them."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)  # noqa: S311 - repeatable is the point

    def values(self, depth: int = 3) -> dict[str, Any]:
        """Return values; mostly tables where subcharts look for theirs."""
        draw = self._draw
        found: dict[str, Any] = {}
        for key in draw.sample(_KEYS, draw.randrange(5)):
            table = draw.random() < (0.95 if key in (*_NAMES, "tags", "global", "alias") else 0.3)
            found[key] = (
                self.values(depth - 1) if table and depth else draw.choice((True, False, None, "text", 1.0))
            )
        return found

    def chart(self, name: str, depth: int = 2) -> Chart:
        """Return a chart with charts below it."""
        draw = self._draw
        below = [
            self.chart(child, depth - 1)
            for child in (draw.sample(_NAMES, draw.randrange(1, 4)) if depth else ())
        ]
        asked = [
            Dependency(
                child.name,
                "1.0.0",
                condition=draw.choice(_CONDITIONS),
                tags=draw.sample(_KEYS, draw.randrange(2)),
                alias=draw.choice(("", "", "", "alias")),
                import_values=draw.choice((None, None, ["x"], [{"child": "x", "parent": "global"}])),
            )
            for child in below
            if draw.random() < 0.9
        ]
        metadata = Metadata(name, "1.0.0", "v2", dependencies=asked or None)
        return Chart(metadata, values=self.values(), dependencies=below)


def _outcome(chart: Chart, values: dict[str, Any], *, heard: bool) -> object:
    def log(level: str, message: str, **attributes: object) -> None:
        """Hear, so that everything is looked at."""

    try:
        processed = process_dependencies(chart, values, log if heard else None)
        coalesced = coalesce(processed, values)
    except ValuesError as error:
        return str(error)
    return [(one.full_path, one.values, one.metadata_as_map()) for one in processed.walk()], coalesced


@given(seed=st.integers(0, 2**64 - 1))
def test_what_decides_on_subcharts_is_all_that_is_looked_at(seed: int) -> None:
    for number in range(2):
        trees = Trees(seed + number)
        chart, values = trees.chart("top"), trees.values()
        assert _outcome(chart, values, heard=False) == _outcome(chart, values, heard=True)
