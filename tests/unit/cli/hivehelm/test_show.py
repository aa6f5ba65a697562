"""`show values --jsonpath`."""

from __future__ import annotations

from pathlib import Path

from .conftest import Helm


def test_a_template(helm: Helm) -> None:
    assert helm("show", "values", "app", "--jsonpath", "{.a}{'\\n'}") == (0, "1\n", "")


def test_what_is_not_there_is_nothing(helm: Helm) -> None:
    assert helm("show", "values", "app", "--jsonpath", "a{.b}") == (0, "", "")


def test_a_malformed_template(helm: Helm) -> None:
    told = "Error: error parsing jsonpath {.a: unclosed action\n"
    assert helm("show", "values", "app", "--jsonpath", "{.a") == (1, "", told)


def test_a_chart_without_values(helm: Helm, place: Path) -> None:
    (place / "app" / "values.yaml").unlink()
    assert helm("show", "values", "app", "--jsonpath", "{") == (0, "", "")


def test_without_a_template(helm: Helm) -> None:
    assert helm("show", "values", "app", "--jsonpath=") == (0, "a: 1\n\n", "")
