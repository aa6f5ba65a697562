"""Objects that the cluster does not take, or has otherwise than wanted."""

from __future__ import annotations

from hivehelm.platform.debug.diagnosis import Diagnosis
from hivehelm.platform.debug.facts import CHANGED, MISSING
from hivehelm.platform.debug.rules.steps import (
    INSTALL,
    RELEASE,
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

_MOST = 6


def refused(facts: Facts) -> Iterator[Diagnosis]:
    """A trial on the server tells what it would refuse, and what to do about it (`actions.preflight`)."""
    if not facts.text.startswith("preflight found"):
        return
    found = [line.removeprefix("- ").partition("; ") for line in lines(facts.text, 20)[1:]]
    if not found:
        return
    yield Diagnosis(
        rule="refused",
        topic=topic(facts),
        cause=f"the cluster would refuse {found[0][0]}",
        evidence=tuple(problem for problem, _, _ in found),
        next=tuple(dict.fromkeys(advice for _, _, advice in found if advice)) or (upgrade(facts),),
    )


def missing_kind(facts: Facts) -> Iterator[Diagnosis]:
    """The cluster knows no objects of a kind that the chart has."""
    found = search(r"no matches for kind \"([^\"]+)\" in version \"([^\"]+)\"", facts)
    if found is None:
        return
    yield Diagnosis(
        rule="missing-kind",
        topic=topic(facts),
        cause=f"the cluster knows no {found[1]} of {found[2]}",
        evidence=lines(facts.text, 3),
        next=(
            "install what brings that kind, the operator or its CRDs, first",
            "or switch off in your values what needs it",
        ),
    )


def quota(facts: Facts) -> Iterator[Diagnosis]:
    """A quota of the namespace is used up."""
    told = [one for one in facts.events if "exceeded quota" in one.message]
    found = search(r"exceeded quota: (\S+?), requested: (.+?), used: (.+?), limited: (\S+)", facts)
    if found is None and not told:
        return
    message = found[0] if found else told[-1].message[told[-1].message.index("exceeded quota") :]
    yield Diagnosis(
        rule="quota",
        topic=topic(facts),
        cause=f"a quota of namespace {facts.namespace} is used up: {message}",
        evidence=tuple(f"{one.subject}: {one.message}" for one in told[-2:]) or lines(facts.text, 2),
        next=(
            "ask for less (resources.requests, resources.limits, replicas), or free what is not used",
            "or have the ResourceQuota raised",
        ),
    )


def pod_security(facts: Facts) -> Iterator[Diagnosis]:
    """The namespace's security standard refuses pods."""
    told = [one.message for one in facts.events if "violates PodSecurity" in one.message]
    if not told and "violates PodSecurity" not in facts.text:
        return
    yield Diagnosis(
        rule="pod-security",
        topic=topic(facts),
        cause=f"namespace {facts.namespace} refuses the pods: they break its security standard",
        evidence=(told[-1],) if told else lines(facts.text, 2),
        next=(
            "set securityContext in your values: runAsNonRoot, seccompProfile, capabilities.drop",
            f"or label namespace {facts.namespace} with another pod-security.kubernetes.io/enforce",
        ),
    )


def webhook(facts: Facts) -> Iterator[Diagnosis]:
    """An admission webhook refuses an object, or does not answer."""
    found = search(r"admission webhook \"([^\"]+)\" denied the request:? ?(.*)$", facts)
    away = search(r"failed calling webhook \"([^\"]+)\": (.+)$", facts)
    if found is not None:
        yield Diagnosis(
            rule="webhook-denied",
            topic=topic(facts),
            cause=f'the cluster\'s policy "{found[1]}" refuses an object: {found[2][:300]}',
            evidence=lines(facts.text, 2),
            next=("change the values so that the policy is kept, or ask who is in charge of it",),
        )
    elif away is not None:
        yield Diagnosis(
            rule="webhook-away",
            topic=topic(facts),
            cause=f'admission webhook "{away[1]}" does not answer',
            evidence=(away[2][:300],),
            next=("see that what serves the webhook runs; nothing is taken until it does",),
        )


def forbidden(facts: Facts) -> Iterator[Diagnosis]:
    """Who installs lacks a right."""
    found = search(
        r"User \"([^\"]+)\" cannot (\S+) resource \"([^\"]+)\" in API group \"([^\"]*)\""
        r"( in the namespace \"[^\"]+\")?",
        facts,
    )
    if found is None:
        return
    group = f" ({found[4]})" if found[4] else ""
    yield Diagnosis(
        rule="forbidden",
        topic=topic(facts),
        cause=f"{found[1]} may not {found[2]} {found[3]}{group}{found[5] or ''}",
        evidence=lines(facts.text, 2),
        next=(f"have a Role with verb {found[2]} for {found[3]} bound to {found[1]}",),
    )


def taken(facts: Facts) -> Iterator[Diagnosis]:
    """An object is there already, and is not the release's."""
    found = search(
        r"(\S+) \"([^\"]+)\" in namespace \"([^\"]*)\" exists and cannot be imported into the "
        r"current release: invalid ownership metadata; (.+)$",
        facts,
    )
    if found is None:
        return
    yield Diagnosis(
        rule="object-exists",
        topic=INSTALL,
        cause=f"{found[1]} {found[2]} is there already, and does not belong to this release",
        evidence=(found[4][:400],),
        next=(
            upgrade(facts, "--take-ownership"),
            f"or delete the {found[1]}, or choose another name with nameOverride or fullnameOverride",
        ),
    )


def namespace(facts: Facts) -> Iterator[Diagnosis]:
    """The namespace is not there, or going away."""
    found = search(r"namespaces \"([^\"]+)\" not found", facts)
    if found is not None:
        yield Diagnosis(
            rule="no-namespace",
            topic=INSTALL,
            cause=f"there is no namespace {found[1]}",
            evidence=lines(facts.text, 2),
            next=(upgrade(facts, "--create-namespace"),),
        )
    elif search(r"because it is being terminated", facts):
        yield Diagnosis(
            rule="namespace-terminating",
            topic=INSTALL,
            cause=f"namespace {facts.namespace} is being deleted",
            evidence=lines(facts.text, 2),
            next=("wait until it is gone, and install again",),
        )


def invalid(facts: Facts) -> Iterator[Diagnosis]:
    """The API server finds an object invalid."""
    if search(r"immutable|Forbidden: updates to", facts):
        return
    found = search(r"(\S+) \"([^\"]+)\" is invalid: \[?(.+?)( && |$)", facts)
    typed = search(r"typed patch object \([^;]*?([^/;]*); [^)]*Kind=(\w+)\): (\S+: .+)$", facts)
    strict = search(r"unknown field \"([^\"]+)\"|\.([A-Za-z0-9.\[\]]+): field not declared in schema", facts)
    if found is not None:
        yield Diagnosis(
            rule="invalid-object",
            topic=topic(facts),
            cause=f"the cluster refuses {found[1]} {found[2]}: {found[3][:300]}",
            evidence=lines(facts.text, 3),
            next=("put right the value that this field comes from, or the template",),
        )
    elif typed is not None and strict is None:
        yield Diagnosis(
            rule="invalid-object",
            topic=topic(facts),
            cause=f"the cluster refuses {typed[2]} {typed[1]}: {typed[3][:300]}",
            evidence=lines(facts.text, 2),
            next=("a value has the wrong type: put right the one that this field comes from",),
        )
    elif strict is not None:
        yield Diagnosis(
            rule="unknown-field",
            topic=topic(facts),
            cause=f"the chart sets a field that the cluster does not know: {strict[1] or strict[2]}",
            evidence=lines(facts.text, 3),
            next=(
                "put the template right: the field may be misspelt, at another place, or of a newer version",
            ),
        )


def name_in_use(facts: Facts) -> Iterator[Diagnosis]:
    """A release of that name is there."""
    if search(r"cannot reuse a name that is still in use", facts):
        yield Diagnosis(
            rule="name-in-use",
            topic=INSTALL,
            cause=f'there is a release "{facts.name}" already',
            next=(
                upgrade(facts),
                f"or {uninstall(facts)}",
            ),
        )


def missing(facts: Facts) -> Iterator[Diagnosis]:
    """Objects of the release are gone."""
    gone = [one.title for one in facts.objects if one.state == MISSING]
    if not gone or not facts.last or facts.last.status in ("uninstalled", "uninstalling"):
        return
    shown = ", ".join(gone[:_MOST]) + (f" and {len(gone) - _MOST} more" if len(gone) > _MOST else "")
    never = facts.last.status == "failed" and facts.deployed is None
    yield Diagnosis(
        rule="objects-missing",
        topic=topic(facts) if never else RELEASE,
        cause=f"objects of the release are not in the cluster: {shown}",
        evidence=() if not never else ("the install failed before they were made",),
        next=(
            upgrade(facts, "--reuse-values") if facts.deployed else upgrade(facts),
            "which makes them anew",
        ),
        note=facts.last.status == "failed",
    )


def not_ready(facts: Facts) -> Iterator[Diagnosis]:
    """An object is not what it should be, and none of its pods says why."""
    if facts.pods:
        return
    for one in facts.objects:
        if one.status in ("InProgress", "Failed", "Terminating") and (one.reasons or one.message):
            yield Diagnosis(
                rule="object-not-ready",
                topic=topic(facts),
                cause=f"{one.title} is not ready: {(one.reasons or (one.message,))[0]}",
                evidence=(*one.reasons[1:4], *one.conditions[:3]),
                next=(f"look at the events of {one.title} below",),
            )
            return


def drift(facts: Facts) -> Iterator[Diagnosis]:
    """Somebody else has changed objects of the release."""
    changed = [one for one in facts.objects if one.state == CHANGED]
    evidence = []
    for one in changed:
        for change in one.changes[:2]:
            who = f" by {change.manager}" if change.manager else ""
            when = f" at {change.when}" if change.when else ""
            evidence.append(
                f"{one.title} {change.path}: {change.live!r} instead of {change.wanted!r}{who}{when}"
            )
    if not changed:
        return
    names = ", ".join(one.title for one in changed[:_MOST])
    going_back = rollback(facts)
    yield Diagnosis(
        rule="drift",
        topic=UPGRADE,
        cause=f"objects differ from what the release wants: {names}",
        evidence=tuple(evidence[:_MOST]),
        next=(
            "put what is meant to stay into your values; the next upgrade puts the rest right",
            *([f"or {going_back}"] if going_back else []),
        ),
        note=True,
    )
