"""Rules from facts to causes: each a small function; the likeliest cause comes first."""

from __future__ import annotations

from hivehelm.platform.debug.rules import (
    charts,
    cluster,
    objects,
    pods,
    repositories,
    templates,
    upgrades,
    values,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hivehelm.platform.debug.diagnosis import Diagnosis
    from hivehelm.platform.debug.facts import Facts

    Rule = Callable[[Facts], Iterator[Diagnosis]]

#: What was told when something failed comes before what can be seen now, the certain before the likely.
RULES: tuple[Rule, ...] = (
    cluster.unreachable,
    cluster.credentials,
    upgrades.in_progress,
    objects.refused,
    charts.unknown_repository,
    charts.stale_index,
    charts.unknown_version,
    charts.unknown_chart,
    charts.missing_path,
    charts.missing_dependencies,
    repositories.credentials,
    repositories.certificate,
    repositories.network,
    repositories.availability,
    values.schema,
    values.required,
    values.missing,
    values.misplaced,
    templates.syntax,
    templates.undefined,
    templates.not_yaml,
    templates.execution,
    upgrades.kube_version,
    upgrades.immutable,
    upgrades.conflict,
    upgrades.removed_api,
    objects.missing_kind,
    objects.quota,
    objects.pod_security,
    objects.webhook,
    objects.forbidden,
    objects.taken,
    objects.namespace,
    objects.invalid,
    objects.name_in_use,
    upgrades.never_deployed,
    pods.unschedulable,
    pods.image,
    pods.configuration,
    pods.memory,
    pods.hook,
    pods.crash,
    pods.claim,
    pods.not_ready,
    objects.missing,
    objects.not_ready,
    upgrades.major_version,
    objects.drift,
    charts.gone,
    charts.newer,
    cluster.absent,
)

#: What is said where no rule finds a cause.
LAST_RESORTS: tuple[Rule, ...] = (cluster.timeout, cluster.untold)


def diagnose(facts: Facts) -> list[Diagnosis]:
    """Return what the rules find, causes before notes, each in the order of the rules."""
    found = [one for rule in RULES for one in rule(facts)]
    for rule in LAST_RESORTS:
        if all(one.note or one.rule == "no-release" for one in found):
            found = [*rule(facts), *found]
    return sorted(found, key=lambda one: one.note)
