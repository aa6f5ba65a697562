from __future__ import annotations

import json

import pytest
from benchmarks.machine import Machine
from benchmarks.processes import Run
from benchmarks.ratios import Sample
from benchmarks.report import Report, number, summary, table
from benchmarks.rows import Row


def sample(name: str, *ratios: float) -> Sample:
    """Rounds in which ours takes so many times of the real Helm's second."""
    return Sample(
        name=name,
        helm=[Run(seconds=1.0, processor=1.0, mebibytes=50.0) for _ in ratios],
        ours=[Run(seconds=ratio, processor=ratio / 2, mebibytes=25.0) for ratio in ratios],
    )


def report(rows: list[Row], *, load: float = 0.1, wrong: dict[str, str] | None = None) -> Report:
    return Report(
        machine=Machine(
            model="A processor",
            cores=2,
            system="Linux",
            python="CPython 3.11",
            helm="v4.3.1",
            ours="0.1.0",
            load=load,
        ),
        invocation="python -m benchmarks",
        runs=3,
        seconds=90.0,
        rows=rows,
        commands={"library": "`helm template`"},
        left_out={"loki": "wants a bucket"},
        wrong=wrong or {},
    )


@pytest.mark.parametrize(
    ("target", "limit", "wanted"),
    [(None, None, None), (0.5, None, True), (0.5, 1.0, True), (0.5, 0.8, False), (0.4, None, False)],
)
def test_targets(target: float | None, limit: float | None, wanted: bool | None) -> None:
    row = Row(title="work", samples=[sample("a", 0.25), sample("b", 1.0)], target=target, limit=limit)
    assert row.figure() == pytest.approx(0.5)
    assert row.worst() == (1.0, "b")
    assert row.met is wanted


@pytest.mark.parametrize(("target", "wanted"), [(7.9, True), (8.1, False)])
def test_rates(target: float, wanted: bool) -> None:
    row = Row(title="work", samples=[sample("a", 0.25), sample("b", 0.0625)], target=target, rate=True)
    assert row.figure() == pytest.approx(8)
    assert row.worst() == (4, "a")
    low, high = row.over_charts() or (0, 0)
    assert 4 < low < high < 16
    assert row.met is wanted


def test_spread_over_runs() -> None:
    row = Row(title="work", samples=[sample("a", 1.0, 4.0, 1.0), sample("b", 1.0, 1.0, 1.0)])
    assert row.over_runs() == pytest.approx((1, 1.5))
    assert Row(title="work", samples=[sample("a", 1.0)]).over_charts() is None


def test_nothing_measured() -> None:
    assert Row(title="work", samples=[], target=1.0).met is None


def test_table() -> None:
    assert table(["a", "b"], [["long", "x"]]) == "| a    | b   |\n| ---  | --- |\n| long | x   |\n"


@pytest.mark.parametrize(("value", "wanted"), [(0.0123, "0.012"), (0.5, "0.50"), (12.34, "12.3")])
def test_numbers(value: float, wanted: str) -> None:
    assert number(value) == wanted


def test_summary() -> None:
    rows = [
        Row(title="quick", samples=[sample("a", 0.4, 0.4)], target=0.5),
        Row(title="slow", samples=[sample("a", 2.0), sample("b", 0.5)], target=1.0, limit=1.5),
    ]
    lines = summary(rows).splitlines()
    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == [
        "quick",
        "0.5",
        "0.40",
        "",
        "",
        "0.40…0.40",
        "0.20",
        "0.50",
        "pass",
    ]
    assert [cell.strip() for cell in lines[3].split("|")[1:-1]] == [
        "slow",
        "1, each ≤ 1.5",
        "1.00",
        "2.00 a",
        "0.88…1.62",
        "",
        "0.50, worst 1.00",
        "0.50, worst 0.50",
        "**MISSED**",
    ]


def test_markdown() -> None:
    row = Row(title="work", samples=[sample("a", 0.25), sample("b", 1.0)], target=1.0, limit=0.5)
    text = report([row]).markdown(charts=True)
    assert "A processor, 2 cores" in text
    assert "`python -m benchmarks`: 3 runs, 1.5 minutes" in text
    assert "Other work" not in text
    assert "- loki: wants a bucket" in text
    assert "### work" in text
    assert "**1.00**" in text
    assert "Other work" in report([row], load=1.0).markdown()
    assert "### work" not in report([row]).markdown()


def test_good() -> None:
    row = Row(title="work", samples=[sample("a", 0.5)], target=1.0)
    assert report([row]).good
    assert not report([row], wrong={"a": "other output"}).good
    assert not report([row.replace(target=0.4)]).good


def test_json() -> None:
    row = Row(title="work", samples=[sample("a", 0.25), sample("b", 1.0)], target=1.0, rate=True)
    told = json.loads(json.dumps(report([row]).to_json()))
    (only,) = told["rows"]
    assert only["measured"] == pytest.approx(2)
    assert only["worst"] == {"chart": "b", "ratio": 1}
    assert [chart["ratio"] for chart in only["charts"]] == [4, 1]
    assert only["charts"][0]["ours"] == [{"seconds": 0.25, "processor": 0.125, "mebibytes": 25.0}]
    assert told["machine"]["quiet"] is True
