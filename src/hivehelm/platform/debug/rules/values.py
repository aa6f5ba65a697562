"""Values that do not fit the chart."""

from __future__ import annotations

import re

from hivehelm.platform.debug.diagnosis import Diagnosis
from hivehelm.platform.debug.rules.steps import WRONG_KIND, failing, lines, search, topic, upgrade

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.platform.debug.facts import Facts


def schema(facts: Facts) -> Iterator[Diagnosis]:
    """Values break the chart's schema."""
    if "values don't meet the specifications of the schema" not in facts.text:
        return
    faults = re.findall(r"(?m)^- (at '[^\n]*)$", facts.text)
    first = re.match(r"at '([^']*)': (.*)", faults[0]) if faults else None
    path = first[1].strip("/").replace("/", ".") if first else ""
    cause = f"value {path or 'given'} is not what the chart's schema allows"
    yield Diagnosis(
        rule="values-schema",
        topic=topic(facts),
        cause=f"{cause}: {first[2]}" if first else cause,
        evidence=tuple(faults[:8]) or lines(facts.text),
        next=("put the value right in your values file or --set", upgrade(facts, "--values values.yaml")),
    )


def required(facts: Facts) -> Iterator[Diagnosis]:
    """The chart asks for a value by `required`, or refuses some by `fail`."""
    found = search(r"execution error at \(([^)]+)\): (.+)$", facts)
    if found is None:
        return
    yield Diagnosis(
        rule="values-required",
        topic=topic(facts),
        cause=f"the chart refuses the values: {found[2][:300]}",
        evidence=(f"it says so at {found[1]}",),
        next=("give the value that it asks for", upgrade(facts, "--values values.yaml")),
    )


def missing(facts: Facts) -> Iterator[Diagnosis]:
    """A template looks into a value that is not there."""
    found = failing(facts)
    if found is None or "nil pointer evaluating" not in found[3]:
        return
    file, line, node, _ = found
    path = node.removeprefix("$").removeprefix(".Values.")
    above = path.rpartition(".")[0] or path
    yield Diagnosis(
        rule="values-missing",
        topic=topic(facts),
        cause=f"a template needs {path}, and there is no {above}",
        evidence=(f"{file}, line {line}: {node}",),
        next=(
            f"set {path} in your values, or give it a default in the chart's values.yaml",
            upgrade(facts, f"--set {path}=VALUE"),
        ),
    )


def misplaced(facts: Facts) -> Iterator[Diagnosis]:
    """A value is of another kind than a template or a values file wants."""
    found = failing(facts)
    if found is not None and re.search(WRONG_KIND, found[3]):
        yield Diagnosis(
            rule="values-type",
            topic=topic(facts),
            cause=f"a value is of the wrong kind: {found[3][:300]}",
            evidence=(f"{found[0]}, line {found[1]}: {found[2]}",),
            next=("compare your values with the chart's: hivemind helm show values CHART", upgrade(facts)),
        )
    elif file := search(r"failed to parse (\S+): (.+)|failed parsing --set(?:-\w+)? data: (.+)", facts):
        yield Diagnosis(
            rule="values-file",
            topic=topic(facts),
            cause=f"{file[1]} is not YAML" if file[1] else "what --set says cannot be read",
            evidence=((file[2] or file[3])[:300],),
            next=("put the values right, and try again",),
        )
