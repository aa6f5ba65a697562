"""The benchmarks measure what they say, on one small chart: their figures are nobody's concern here."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from benchmarks.__main__ import main

_CHART = {
    "Chart.yaml": "apiVersion: v2\nname: small\nversion: 0.1.0\n",
    "values.yaml": "image:\n  tag: '1'\n",
    "templates/tag.yaml": "kind: A\napiVersion: v1\nmetadata:\n  name: {{ .Values.image.tag | quote }}\n",
}


def test_one_chart(
    helm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for directory in ("small", "broken"):
        for name, text in _CHART.items():
            path = tmp_path / directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    (tmp_path / "broken/templates/broken.yaml").write_text("{{ fail `wants a value` }}")
    rows = "library,command,first,commands,incremental,memory"
    options = ["--runs", "1", "--rows", rows, "-o", "json"]
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--helm", str(helm), *options, str(tmp_path)])
    main()
    told = json.loads(capsys.readouterr().out)
    assert told["wrong"] == {}
    assert list(told["left out"]) == ["broken"]
    assert [row["work"] for row in told["rows"]] == [
        "render in a process that lives on, chart seen before",
        "`template` process, chart seen before",
        "`template` process, first sight",
        "`lint`",
        "`show all`",
        "`show chart`",
        "`show values`",
        "`dependency list`",
        "`package`",
        "`version`",
        "one value changed, rendered again",
        "peak memory, render in a process that lives on, chart seen before",
        "peak memory, `template` process, chart seen before",
        "peak memory, `template` process, first sight",
        "peak memory, the commands above",
    ]
    assert all(
        len(chart["helm"]) == len(chart["ours"]) == 1 for row in told["rows"] for chart in row["charts"]
    )
    incremental = next(row for row in told["rows"] if row["work"].startswith("one value"))
    assert incremental["charts"][0]["note"] == "`image.tag` changes 1 of 2 documents"
