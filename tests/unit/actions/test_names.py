from __future__ import annotations

import pytest

from hivehelm.actions.names import NamingError, choose, fault, from_template, generated


@pytest.mark.parametrize("name", ["a", "a-b", "a.b", "0", "x" * 53])
def test_names_that_releases_may_have(name: str) -> None:
    assert fault(name) == ""


@pytest.mark.parametrize("name", ["A", "-a", "a-", "a_b", "a..b", ".", "x" * 54, "é", "a\n", "a" * 100_000])
def test_names_that_releases_may_not_have(name: str) -> None:
    assert fault(name) == (
        r"invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?"
        r"(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53"
    )


def test_a_missing_name_has_a_rule_of_its_own() -> None:
    assert fault("") == "no name provided"


@pytest.mark.parametrize(
    ("chart", "name"),
    [
        ("./web", "web-7"),
        ("repo/web", "web-7"),
        ("/tmp/web-1.2.3.tgz", "web-1-7"),  # noqa: S108
        (".", "chart-7"),
        ("", "chart-7"),
        ("web/", "web-7"),
        ("/", "/-7"),
    ],
)
def test_a_name_is_made_of_the_chart_and_the_time(chart: str, name: str) -> None:
    assert generated(chart, 7) == name


def test_a_name_may_come_from_a_template() -> None:
    assert from_template("") == ""
    assert from_template('x-{{ upper "ab" | lower }}') == "x-ab"


def test_the_name_is_chosen_as_helm_does() -> None:
    assert choose(["a", "c"]) == ("a", "c")
    assert choose(["c"], name="b") == ("b", "c")
    assert choose(["c"], name_template="t") == ("t", "c")
    assert choose(["c"], generate_name=True, clock=lambda: 9_000_000_000) == ("c-9", "c")


@pytest.mark.parametrize(
    ("arguments", "flags", "text"),
    [
        (["a", "b", "c", "d"], {}, "expected at most two arguments, unexpected arguments: c, d"),
        (["a", "c"], {"generate_name": True}, "cannot set --generate-name and also specify a name"),
        (["a", "c"], {"name_template": "x"}, "cannot set --name-template and also specify a name"),
        (["c"], {}, "must either provide a name or specify --generate-name"),
    ],
)
def test_contradictions_are_refused(arguments: list[str], flags: dict[str, bool], text: str) -> None:
    with pytest.raises(NamingError) as caught:
        choose(arguments, **flags)  # type: ignore[arg-type]
    assert str(caught.value) == text
