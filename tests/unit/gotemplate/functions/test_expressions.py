"""Every function as templates call it, against what Helm 4.3.1 printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.expressions import FAMILIES, VALUES, read

from hivehelm.golang.json import dumps
from hivehelm.golang.kinds import NamedMap
from hivehelm.golang.zone import UTC
from hivehelm.gotemplate.errors import ExecError
from hivehelm.gotemplate.functions.table import SPRIG
from hivehelm.gotemplate.template import TemplateSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Values(NamedMap):
    __slots__ = ()
    GO_TYPE = "common.Values"


FUNCTIONS: dict[str, Callable[..., Any] | tuple[str, str]] = {**SPRIG, "toJson": dumps}


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hivehelm.golang.zone._LOCAL", [UTC])


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.stem)
def test_expressions_give_what_helm_gives(family: Path) -> None:
    wrong = []
    for case in read(family):
        output, message = evaluate(case.action)
        if (output, message) != (case.output, case.message):
            wrong.append(
                f"{case.expression}\n  helm {case.output!r} {case.message!r}\n  ours {output!r} {message!r}"
            )
    assert not wrong, "\n".join(wrong)


def evaluate(action: str) -> tuple[str | None, str | None]:
    """Return output or message of an action."""
    templates = TemplateSet(FUNCTIONS)
    templates.add("t", action)
    values = Values(VALUES)
    try:
        return templates.execute("t", {"Values": values}), None
    except ExecError as error:
        return None, error.message
