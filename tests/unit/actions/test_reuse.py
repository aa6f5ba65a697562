from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hivehelm.actions.reuse import RebuildError, Reused, reuse
from hivehelm.chart.model import Chart
from hivehelm.release.document import chart_document
from hivehelm.release.model import Release

MakeChart = Callable[..., Chart]


@pytest.fixture
def run(make_chart: MakeChart) -> Callable[..., tuple[Reused, list[str]]]:
    """Reuses values of a chart with `a: 1, t: {x: 1, u: 1}` in one with `a: 2, t: {x: 2, z: 2}`."""
    old = make_chart({"values.yaml": "a: 1\nt: {x: 1, u: 1}\n"})
    new = make_chart({"values.yaml": "a: 2\nt: {x: 2, z: 2}\n"})

    def reused(mode: str, values: dict[str, Any], config: dict[str, Any] | None) -> tuple[Reused, list[str]]:
        said: list[str] = []

        def log(level: str, message: str, **_: object) -> None:
            if level != "DEBUG":
                said.append(message)

        current = Release(chart_document=chart_document(old), config=config)
        return reuse(new, values, current, mode, log), said

    return reused


@pytest.mark.parametrize(
    ("mode", "values", "config", "after"),
    [
        ("auto", {"b": 1}, {"c": 1}, {"b": 1}),
        ("auto", {}, {"c": 1}, {"c": 1}),
        ("auto", {}, None, {}),
        ("reset", {}, {"c": 1}, {}),
        ("reset-then-reuse", {"b": 1}, {"b": 0, "c": 1}, {"b": 1, "c": 1}),
        ("reset-then-reuse", {"b": 1}, None, {"b": 1}),
        ("reuse", {"t": {"x": 5}}, {"t": {"u": 4}, "c": 1}, {"t": {"x": 5, "u": 4}, "c": 1}),
    ],
)
def test_whose_values_count(
    run: Callable[..., tuple[Reused, list[str]]],
    mode: str,
    values: dict[str, Any],
    config: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    reused, _ = run(mode, values, config)
    assert reused.values == after
    if mode != "reuse":
        assert reused.chart.values == {"a": 2, "t": {"x": 2, "z": 2}}


def test_reusing_takes_all_that_the_release_ran_with_for_the_charts_own_values(
    run: Callable[..., tuple[Reused, list[str]]],
) -> None:
    reused, _ = run("reuse", {}, {"t": {"u": 4}})
    assert reused.chart.values == {"a": 1, "t": {"x": 1, "u": 4}}


def test_nothing_given_is_changed(run: Callable[..., tuple[Reused, list[str]]]) -> None:
    values: dict[str, Any] = {"t": {"x": None}, "n": None}
    config: dict[str, Any] = {"t": {"x": 3, "u": 4}, "n": {"deep": 1}}
    run("reuse", values, config)
    assert (values, config) == (
        {"t": {"x": None}, "n": None},
        {"t": {"x": 3, "u": 4}, "n": {"deep": 1}},
    )


def test_a_null_takes_an_old_value_away_in_both_records(
    run: Callable[..., tuple[Reused, list[str]]],
) -> None:
    reused, _ = run("reset-then-reuse", {"c": None}, {"b": 1, "c": 1})
    assert reused.values == {"b": 1}
    assert reused.current.config == {"b": 1, "c": None}


def test_what_does_not_go_together_is_told(run: Callable[..., tuple[Reused, list[str]]]) -> None:
    _, said = run("reset-then-reuse", {"t": 1}, {"t": {"u": 4}})
    assert said == ["warning: cannot overwrite table with non table for t (map[u:4])"]


def test_a_release_without_a_readable_chart_cannot_be_rebuilt(make_chart: MakeChart) -> None:
    current = Release(chart_document={"values": 3, "templates": 3})
    with pytest.raises(RebuildError, match=r"^failed to rebuild old values: release record holds no chart"):
        reuse(make_chart({}), {}, current, "reuse", lambda *_: None)
