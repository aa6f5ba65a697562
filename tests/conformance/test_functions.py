"""Every function's expressions, run by the real Helm and by ours, side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.expressions import FAMILIES, read, run_helm
from tests.unit.gotemplate.functions.test_expressions import evaluate

# What Helm says now must be what is on file too.


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    from hivehelm.golang.zone import UTC

    monkeypatch.setattr("hivehelm.golang.zone._LOCAL", [UTC])


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.stem)
def test_expressions_side_by_side(family: Path, helm: Path, tmp_path: Path) -> None:
    cases = sorted(read(family), key=lambda case: case.output is None)
    good = [case.action for case in cases if case.output is not None]
    bad = [case.action for case in cases if case.output is None]
    # Apart, so that a run ends at the first expression once none but errors are left.
    theirs = [*run_helm(helm, good, tmp_path / "good"), *run_helm(helm, bad, tmp_path / "bad")]
    wrong = []
    for case, told in zip(cases, theirs, strict=True):
        ours = evaluate(case.action)
        if told != ours or told != (case.output, case.message):
            wrong.append(
                f"{case.expression}\n  helm {told}\n  ours {ours}\n  file {(case.output, case.message)}"
            )
    assert not wrong, "\n".join(wrong)
