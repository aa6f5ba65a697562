"""Charts that are not found."""

from __future__ import annotations

import re

from hivehelm.platform.debug.diagnosis import Diagnosis
from hivehelm.platform.debug.rules.steps import CHART, RELEASE, lines, search, upgrade

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.platform.debug.facts import Facts, RepositoryState

_NOT_FOUND = (
    r"no chart name found|no chart version found|not found in .* (index|repository)|no cached repo found|"
    r"could not locate a version|unable to locate any tags|chart \"[^\"]*\" not found|: not found$|"
    r"repo \S+ not found|failed to download"
)


def _wanted(facts: Facts) -> tuple[str, str, str]:
    """Return repository, name and version of the chart that was not found; "" for what is not told."""
    failure = facts.failure
    if failure is None or not search(_NOT_FOUND, facts):
        return "", "", ""
    chart = failure.chart
    if "://" in chart or chart.startswith(("/", ".", "~")):
        return "", "", failure.version
    repository, _, name = chart.rpartition("/")
    return repository, name, failure.version


def _of(facts: Facts, name: str) -> RepositoryState | None:
    return next((one for one in facts.repositories if one.name == name), None)


def unknown_repository(facts: Facts) -> Iterator[Diagnosis]:
    """The chart's repository is not one that is known."""
    found = search(
        r"repo(?:sitory)? \"?([A-Za-z0-9._-]+)\"? not found|no repo named \"([^\"]+)\" found", facts
    )
    if found is None:
        return
    name = found[1] or found[2]
    known = [one.name for one in facts.repositories]
    if name in known:
        return
    yield Diagnosis(
        rule="unknown-repository",
        topic=CHART,
        cause=f'no repository is known as "{name}"',
        evidence=(f"known are: {', '.join(known) or 'none'}", *lines(facts.text, 2)),
        next=(
            f"hivemind helm repo add --name {name} --url URL",
            "hivemind helm repo list shows what is known",
        ),
    )


def stale_index(facts: Facts) -> Iterator[Diagnosis]:
    """The repository has the chart, and what is known of it here is older."""
    repository, name, version = _wanted(facts)
    state = _of(facts, repository)
    if not name or state is None or state.versions or not state.fresh:
        return
    if version and _is_version(version) and version not in state.fresh:
        return
    what = "has never been fetched" if not state.cached else "is older than the chart"
    yield Diagnosis(
        rule="stale-index",
        topic=CHART,
        cause=f'repository "{repository}" has chart "{name}", but its index here {what}',
        evidence=(f"there are versions {', '.join(state.fresh[:5])}",),
        next=(f"hivemind helm repo update --name {repository}", upgrade(facts)),
    )


def unknown_version(facts: Facts) -> Iterator[Diagnosis]:
    """The chart is there, and not in that version."""
    repository, name, version = _wanted(facts)
    state = _of(facts, repository)
    if not name or not version or state is None:
        return
    there = state.versions or state.fresh or ()
    if not there or (_is_version(version) and version in there):
        return
    yield Diagnosis(
        rule="unknown-version",
        topic=CHART,
        cause=f'chart "{repository}/{name}" has no version {version}',
        evidence=(f"the newest are {', '.join(there[:5])}",),
        next=(
            upgrade(facts, f"--version {there[0]}"),
            f"hivemind helm repo update --name {repository}, if the version is a new one",
        ),
    )


def unknown_chart(facts: Facts) -> Iterator[Diagnosis]:
    """No place has a chart of that name."""
    repository, name, _ = _wanted(facts)
    if not name:
        return
    state = _of(facts, repository)
    if repository and (state is None or state.versions or state.fresh or not state.reachable):
        return
    like = [f"{state.name}/{one}" for one in state.similar] if state else _elsewhere(facts, name)
    where = f'repository "{repository}" has' if repository else "the platform has"
    yield Diagnosis(
        rule="unknown-chart",
        topic=CHART,
        cause=f'{where} no chart "{name}"',
        evidence=lines(facts.text, 2),
        next=(
            *(f"did you mean {one}?" for one in like[:3]),
            f"hivemind helm search repo {name}",
        ),
    )


def _elsewhere(facts: Facts, name: str) -> list[str]:
    from hivehelm.platform.debug.repositories import similar

    found = [f"{one.name}/{name}" for one in facts.repositories if one.versions or one.fresh]
    return found + similar(name, list(facts.local_charts))


def missing_path(facts: Facts) -> Iterator[Diagnosis]:
    """A path leads nowhere."""
    found = search(
        r"path \"([^\"]+)\" not found|(\S+): no such file or directory|Chart\.yaml file is missing", facts
    )
    if found is None:
        return
    path = found[1] or found[2] or (facts.failure.chart if facts.failure else "")
    yield Diagnosis(
        rule="missing-path",
        topic=CHART,
        cause=f"there is no chart at {path}" if path else "what was named is no chart",
        evidence=lines(facts.text, 2),
        next=(
            "check the path: it goes by the directory that the command runs in",
            "a chart's directory has a Chart.yaml; hivemind helm create-chart --name NAME makes one",
        ),
    )


def missing_dependencies(facts: Facts) -> Iterator[Diagnosis]:
    """The chart wants others that are not in it."""
    found = search(r"missing in charts/ directory: (.+?)( You|$)|out of sync with the dependencies", facts)
    if found is None:
        return
    what = found[1] or "some"
    yield Diagnosis(
        rule="missing-dependencies",
        topic=CHART,
        cause=f"dependencies of the chart are not in it: {what}",
        evidence=lines(facts.text, 2),
        next=("hivemind helm update-dependencies --chart-dir DIRECTORY", upgrade(facts)),
    )


def gone(facts: Facts) -> Iterator[Diagnosis]:
    """The version that is released is to be had nowhere any more."""
    chart = facts.chart
    if chart is None or chart.available or not chart.name or not facts.repositories:
        return
    looked = [one.name for one in facts.repositories if one.reachable]
    yield Diagnosis(
        rule="chart-gone",
        topic=RELEASE,
        cause=f"{chart.name} {chart.version} is in none of the repositories that are known here",
        evidence=(f"looked in: {', '.join(looked) or 'none'}",),
        next=("keep the chart's archive where upgrades can find it: rollbacks do without, upgrades do not",),
        note=True,
    )


def newer(facts: Facts) -> Iterator[Diagnosis]:
    """There is a newer version of the chart."""
    chart = facts.chart
    if chart is not None and chart.newer:
        yield Diagnosis(
            rule="newer-version",
            topic=RELEASE,
            cause=f"there is a newer chart than {chart.name} {chart.version}",
            evidence=chart.newer,
            next=("read what has changed in it before you upgrade",),
            note=True,
        )


def _is_version(text: str) -> bool:
    return re.fullmatch(r"v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]*)?", text) is not None
