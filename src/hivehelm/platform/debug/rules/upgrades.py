"""Upgrades that do not go through."""

from __future__ import annotations

from hivehelm.platform.debug.diagnosis import Diagnosis
from hivehelm.platform.debug.facts import UNKNOWN_KIND
from hivehelm.platform.debug.rules.steps import (
    INSTALL,
    UPGRADE,
    lines,
    rollback,
    search,
    topic,
    uninstall,
    upgrade,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.platform.debug.facts import Facts

_STALE = 60.0


def in_progress(facts: Facts) -> Iterator[Diagnosis]:
    """Another operation on the release goes on, or was broken off."""
    if facts.holder is None or facts.last is None:
        return
    age = facts.holder.age
    if facts.holder.who and (age is None or age < _STALE):
        yield Diagnosis(
            rule="in-progress",
            topic=UPGRADE,
            cause=f"{facts.holder.who} is at work on revision {facts.last.revision}: {facts.last.status}",
            evidence=(f"last sign of life {age:.0f} s ago",) if age is not None else (),
            next=("wait for it: --wait-lock 5m does so by itself",),
        )
        return
    going_back = rollback(facts)
    yield Diagnosis(
        rule="broken-off",
        topic=UPGRADE,
        cause=f"revision {facts.last.revision} is {facts.last.status}, and nobody is at work on it: "
        "what began it was broken off",
        evidence=(f"{facts.holder.who} was heard of last {age:.0f} s ago",)
        if facts.holder.who and age is not None
        else ("nobody holds it: Helm leaves no sign of who is at work",),
        next=(
            going_back or f"{uninstall(facts)}, then install again",
            "if somebody runs Helm on it right now, wait for that instead",
        ),
    )


def kube_version(facts: Facts) -> Iterator[Diagnosis]:
    """The chart is for other versions of Kubernetes."""
    found = search(r"chart requires kubeVersion: (.+?) which is incompatible with Kubernetes (\S+)", facts)
    if found is None:
        return
    yield Diagnosis(
        rule="kube-version",
        topic=topic(facts),
        cause=f"the chart is for Kubernetes {found[1]}, and the cluster is {found[2]}",
        next=("take a version of the chart for this cluster: --version", "or upgrade the cluster"),
    )


def immutable(facts: Facts) -> Iterator[Diagnosis]:
    """An upgrade changes what cannot be changed."""
    if not search(
        r"field is immutable|Forbidden: updates to \w+ spec|may not change once set|is immutable", facts
    ):
        return
    found = search(r"(\w+(?:\.\w+)*) \"([^\"]+)\" is invalid: (\S+?): (?:Invalid value|Forbidden)", facts)
    what = f"{found[1]} {found[2]}" if found else "an object"
    field = found[3] if found else "a field"
    going_back = rollback(facts)
    yield Diagnosis(
        rule="breaking-change",
        topic=UPGRADE,
        cause=f"a breaking change: the upgrade changes {field} of {what}, which cannot be changed",
        evidence=lines(facts.text, 2),
        next=(
            f"keep the old value, or have {what} made anew: delete it and upgrade, or --force-replace",
            *([f"until then: {going_back}"] if going_back else []),
        ),
    )


def conflict(facts: Facts) -> Iterator[Diagnosis]:
    """Somebody else holds a field that the upgrade sets."""
    found = search(r"conflicts? with \"([^\"]+)\"[^:]*: ?(?:- )?(\.\S+)", facts)
    if found is None:
        if search(r"the object has been modified; please apply your changes to the latest version", facts):
            yield Diagnosis(
                rule="resource-conflict",
                topic=UPGRADE,
                cause="somebody else changed an object at the same moment",
                evidence=lines(facts.text, 2),
                next=(upgrade(facts),),
            )
        return
    yield Diagnosis(
        rule="resource-conflict",
        topic=UPGRADE,
        cause=f"a resource conflict: {found[1]} has set {found[2].rstrip(',')}, which the upgrade sets, too",
        evidence=lines(facts.text, 4),
        next=(
            f"leave the field to {found[1]}: take it out of your values or the template",
            upgrade(facts, "--force-conflicts"),
        ),
    )


def removed_api(facts: Facts) -> Iterator[Diagnosis]:
    """What was released is of an API version that the cluster has no more."""
    gone = [one for one in facts.objects if one.state == UNKNOWN_KIND]
    if not gone or facts.deployed is None:
        return
    yield Diagnosis(
        rule="removed-api",
        topic=UPGRADE,
        cause=f"compatibility: the cluster has no {gone[0].kind} of {gone[0].api_version} any more, "
        "which the release still has",
        evidence=tuple(f"{one.title}: {one.problem}" for one in gone[:4]),
        next=(
            "bring back the CRDs, if they were deleted by mistake",
            "or take a version of the chart that uses the API version of today",
        ),
    )


def never_deployed(facts: Facts) -> Iterator[Diagnosis]:
    """There is nothing to upgrade: no revision was ever deployed."""
    if not search(r"has no deployed releases", facts):
        return
    yield Diagnosis(
        rule="never-deployed",
        topic=INSTALL,
        cause=f'"{facts.name}" was never deployed: its first install failed',
        next=(f"{uninstall(facts)}, then install again",),
    )


def major_version(facts: Facts) -> Iterator[Diagnosis]:
    """A failed upgrade went to another major version of the chart."""
    failure, good = facts.failure, facts.deployed
    version = failure.version if failure else ""
    if good is None or not version or "." not in version or failure is None or failure.verb == "rollback":
        return
    before, after = good.version.lstrip("v").partition(".")[0], version.lstrip("v").partition(".")[0]
    if before == after or not after.isdigit():
        return
    going_back = rollback(facts)
    yield Diagnosis(
        rule="major-version",
        topic=UPGRADE,
        cause=f"{good.chart} goes from {good.version} to {version}: a new major version may break things",
        next=(
            "read the chart's notes on upgrading, and see what has changed in its values",
            *([f"until then: {going_back}"] if going_back else []),
        ),
        note=True,
    )
