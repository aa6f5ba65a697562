"""The table has the functions that Helm takes from sprig, and Helm's own on durations."""

from __future__ import annotations

from pathlib import Path

from hivehelm.gotemplate.functions.signature import signature
from hivehelm.gotemplate.functions.table import BUILTINS, SPRIG, resolve

# The names in sprig v3.3.0's TxtFuncMap, as a Go program prints them.
NAMES = frozenset((Path(__file__).parents[3] / "cases" / "sprig.txt").read_text().split())
REMOVED = {"env", "expandenv"}
HELMS_OWN = {"fail", "fromJson", "mustToJson", "toJson"}
DURATIONS = {
    "mustToDuration",
    "durationSeconds",
    "durationMilliseconds",
    "durationMicroseconds",
    "durationNanoseconds",
    "durationMinutes",
    "durationHours",
    "durationDays",
    "durationWeeks",
    "durationRoundTo",
    "durationTruncateTo",
}


def test_names_are_sprigs_and_the_durations() -> None:
    assert set(SPRIG) == NAMES - REMOVED - HELMS_OWN | DURATIONS


def test_only_slice_replaces_a_builtin() -> None:
    assert set(SPRIG) & set(BUILTINS) == {"slice"}


def test_every_entry_leads_to_a_function_with_a_signature() -> None:
    for target in SPRIG.values():
        assert signature(resolve(target)).kinds is not None


def test_every_function_has_an_expression() -> None:
    expressions = "\n".join(
        line
        for family in (Path(__file__).parents[3] / "cases" / "functions").glob("*.txt")
        for line in family.read_text(encoding="utf-8").splitlines()[::2]
    )
    words = set(expressions.replace("(", " ").replace("{{", " ").replace(")", " ").split())
    assert set(SPRIG) - words == set()
