"""What rules share: command lines to go on with, and searches in what was told."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.platform.debug.facts import Facts

INSTALL = "installation fails"
UPGRADE = "upgrade fails"
CHART = "chart not found"
REPOSITORY = "repository issues"
RELEASE = "release"

WRONG_KIND = (
    r"wrong type for value; expected|can't evaluate field \S+ in type|range can't iterate over|"
    r"incompatible types for comparison|unable to cast|invalid syntax|expected \S+; got|can't index item"
)
"""What templates say of values that are of another kind than they want."""


def upgrade(facts: Facts, *more: str) -> str:
    """Return the command line that tries again."""
    verb = "upgrade" if facts.deployed else "install"
    chart = facts.failure.chart if facts.failure and facts.failure.chart else "CHART"
    if facts.failure and facts.failure.source == "record" and chart != "CHART":
        chart = f"REPOSITORY/{chart}"
    words = f"hivemind helm {verb} --name {facts.name} --chart {chart} --namespace {facts.namespace}"
    return " ".join((words, *more))


def uninstall(facts: Facts) -> str:
    """Return the command line that takes the release away."""
    return f"hivemind helm uninstall --name {facts.name} --namespace {facts.namespace}"


def rollback(facts: Facts) -> str:
    """Return the command line that goes back to what was good, "" where nothing was."""
    good = facts.deployed
    if good is None or facts.last is None or good.revision == facts.last.revision:
        return ""
    return (
        f"hivemind helm rollback --name {facts.name} --namespace {facts.namespace} --revision {good.revision}"
    )


def topic(facts: Facts) -> str:
    """Return whether it is an install or an upgrade that fails."""
    failure, last = facts.failure, facts.last
    if failure is not None and failure.verb:
        # `install --name` upgrades what is there.
        return INSTALL if failure.verb == "install" and facts.deployed is None else UPGRADE
    return UPGRADE if last is not None and last.revision > 1 else INSTALL


def search(pattern: str, facts: Facts) -> re.Match[str] | None:
    """Return what a pattern matches in what the failure says, white space as one space."""
    return re.search(pattern, " ".join(facts.text.split()))


def failing(facts: Facts) -> tuple[str, str, str, str] | None:
    """Return the template that failed while it ran: its path, the line, the expression, and what was wrong.

    Of templates that include each other, the innermost is at fault.
    """
    text = " ".join(facts.text.split())
    frames = list(re.finditer(r"([^\s(:]+):(\d+)(?::\d+)?:? executing \"[^\"]*\" at <", text))
    if not frames:
        return None
    node, _, problem = text[frames[-1].end() :].partition(">: ")
    return frames[-1][1], frames[-1][2], node, problem


def lines(text: str, most: int = 6) -> tuple[str, ...]:
    """Return the first lines of a text that say something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())[:most]
