"""The cluster itself, and releases about which there is little to say."""

from __future__ import annotations

from hivehelm.platform.debug.diagnosis import Diagnosis
from hivehelm.platform.debug.rules.steps import RELEASE, lines, rollback, search, topic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.platform.debug.facts import Facts

_REFUSED = ("401", "unauthorized", "forbidden", "the server has asked for the client to provide credentials")


def unreachable(facts: Facts) -> Iterator[Diagnosis]:
    """The cluster does not answer."""
    if facts.cluster and not any(word in facts.cluster.lower() for word in _REFUSED):
        yield Diagnosis(
            rule="cluster-unreachable",
            topic=RELEASE,
            cause="the cluster cannot be reached",
            evidence=lines(facts.cluster),
            next=(
                "check KUBECONFIG, --kube-context and --kube-apiserver: they choose the cluster",
                "check that the API server runs, and that a firewall or proxy lets you through",
            ),
        )


def credentials(facts: Facts) -> Iterator[Diagnosis]:
    """The cluster does not know who asks, or does not let him look."""
    if facts.cluster and any(word in facts.cluster.lower() for word in _REFUSED):
        yield Diagnosis(
            rule="cluster-credentials",
            topic=RELEASE,
            cause="the cluster does not accept your credentials",
            evidence=lines(facts.cluster),
            next=("log in to the cluster again, or choose another user with --kube-context",),
        )
    elif "forbidden" in facts.gaps.get("history", ""):
        yield Diagnosis(
            rule="records-forbidden",
            topic=RELEASE,
            cause="you may not read the records of releases in this namespace",
            evidence=lines(facts.gaps["history"]),
            next=(f"ask for the right to get and list secrets in namespace {facts.namespace}",),
        )


def timeout(facts: Facts) -> Iterator[Diagnosis]:
    """Waiting took too long, and nothing says why."""
    if search(r"context deadline exceeded|timed out waiting|took too long", facts):
        waiting = [f"{one.title}: {one.message}" for one in facts.objects if one.status == "InProgress"]
        yield Diagnosis(
            rule="timeout",
            topic=topic(facts),
            cause="the objects were not ready in time",
            evidence=(*waiting[:6], *lines(facts.text, 2)),
            next=("give it more time with --timeout 10m, or look at the objects that are not ready below",),
        )


def untold(facts: Facts) -> Iterator[Diagnosis]:
    """Something failed in a way that no other rule knows."""
    if facts.failure is not None:
        going_back = rollback(facts)
        yield Diagnosis(
            rule="failure",
            topic=topic(facts),
            cause=lines(facts.text, 1)[0] if lines(facts.text) else f"the {facts.failure.verb} failed",
            evidence=lines(facts.text),
            next=(
                "put right what the message says, and try again",
                *([f"or go back to what was good: {going_back}"] if going_back else []),
            ),
        )


def absent(facts: Facts) -> Iterator[Diagnosis]:
    """There is no such release."""
    if facts.history or facts.cluster or "history" in facts.gaps:
        return
    steps = [
        f"hivemind helm debug --release {facts.name} --namespace {namespace}"
        for namespace in facts.elsewhere[:3]
    ]
    steps += [f"did you mean {one}?" for one in facts.similar]
    yield Diagnosis(
        rule="no-release",
        topic=RELEASE,
        cause=f'there is no release "{facts.name}" in namespace "{facts.namespace}"'
        + (f"; there is one in {', '.join(facts.elsewhere)}" if facts.elsewhere else ""),
        next=(*steps, "hivemind helm list-releases shows what there is"),
        note=facts.failure is not None,
    )
