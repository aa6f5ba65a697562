"""Templates that cannot be read, or render to what is no YAML."""

from __future__ import annotations

import re

from hivehelm.platform.debug.diagnosis import Diagnosis
from hivehelm.platform.debug.rules.steps import WRONG_KIND, failing, lines, search, topic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.platform.debug.facts import Facts


def syntax(facts: Facts) -> Iterator[Diagnosis]:
    """A template breaks the rules of the template language."""
    found = search(r"parse error at \(([^:)]+):(\d+)\): (.+)$", facts)
    if found is None:
        return
    yield Diagnosis(
        rule="template-syntax",
        topic=topic(facts),
        cause=f"{found[1]} has a syntax error in line {found[2]}: {found[3][:300]}",
        evidence=lines(facts.text, 2),
        next=("put the template right", "hivemind helm lint CHART shows what else is wrong with it"),
    )


def undefined(facts: Facts) -> Iterator[Diagnosis]:
    """A template includes one that is not there."""
    found = search(
        r"no template \"([^\"]+)\" associated with template|template \"([^\"]+)\" not defined", facts
    )
    if found is None:
        return
    name = found[1] or found[2]
    yield Diagnosis(
        rule="template-undefined",
        topic=topic(facts),
        cause=f'no template is defined as "{name}"',
        evidence=lines(facts.text, 2),
        next=(
            f'define it in a file below templates/, or put the name right: {{{{ include "{name}" . }}}}',
            "if it is a library chart's: hivemind helm update-dependencies --chart-dir DIRECTORY",
        ),
    )


def not_yaml(facts: Facts) -> Iterator[Diagnosis]:
    """A template renders to what is no YAML."""
    found = search(r"YAML parse error on (\S+?): (?:error converting YAML to JSON: )?(?:yaml: )?(.+)$", facts)
    if found is None:
        return
    yield Diagnosis(
        rule="template-yaml",
        topic=topic(facts),
        cause=f"{found[1]} does not render to YAML: {found[2][:300]}",
        evidence=lines(facts.text, 2),
        next=(
            "look at what it renders to: hivemind helm template CHART --debug --values values.yaml",
            "mostly it is an indent, {{ toYaml . | nindent 8 }}, or a value without quotes, {{ . | quote }}",
        ),
    )


def execution(facts: Facts) -> Iterator[Diagnosis]:
    """A template fails while it runs, in another way than for its values."""
    found = failing(facts)
    if found is None or re.search(rf"nil pointer|no template|{WRONG_KIND}", found[3]):
        return
    yield Diagnosis(
        rule="template-execution",
        topic=topic(facts),
        cause=f"{found[0]} fails in line {found[1]}: {found[3][:300]}",
        evidence=(f"at {found[2]}",),
        next=("hivemind helm template CHART --debug --values values.yaml", "hivemind helm lint CHART"),
    )
