"""A release in words: what install, status and `get all` print (Helm's statusPrinter)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.output import Colors
    from hivehelm.release.model import Release


def describe(
    release: Release,
    colors: Colors,
    *,
    debug: bool = False,
    metadata: bool = False,
    hide_notes: bool = False,
    resources: str = "",
) -> str:
    """Return the state of a release.

    `debug` adds values, hooks and the manifest, `metadata` what the chart is; `resources` is what the cluster
    says of its objects.
    """
    from hivehelm.cli.hivehelm.wording import ANSI_C, moment

    info = release.info
    parts = [f"NAME: {release.name}\n"]
    if info.last_deployed:
        parts.append(f"LAST DEPLOYED: {moment(info.last_deployed, ANSI_C)}\n")
    parts.append(f"NAMESPACE: {colors.namespace(release.namespace)}\n")
    parts.append(f"STATUS: {colors.status(info.status)}\n")
    parts.append(f"REVISION: {release.version}\n")
    if metadata:
        chart = release.chart_metadata
        parts.append(f"CHART: {chart.get('name', '')}\n")
        parts.append(f"VERSION: {chart.get('version', '')}\n")
        parts.append(f"APP_VERSION: {chart.get('appVersion', '')}\n")
    parts.append(f"DESCRIPTION: {info.description}\n")
    if resources:
        parts.append(f"RESOURCES:\n{resources}\n")
    parts += _tests(release)
    if debug:
        parts += _values(release)
    if debug or info.description.lower() == "dry run complete":
        parts.append("HOOKS:\n")
        parts += [f"---\n# Source: {hook.path}\n{hook.manifest}\n" for hook in release.hooks]
        parts.append(f"MANIFEST:\n{release.manifest}\n")
    if info.notes and not hide_notes:
        parts.append(f"NOTES:\n{info.notes.strip()}\n")
    return "".join(parts)


def _tests(release: Release) -> list[str]:
    from hivehelm.cli.hivehelm.wording import ANSI_C, moment
    from hivehelm.release.times import ZERO

    tests = [hook for hook in release.hooks if "test" in hook.events]
    if not tests:
        return ["TEST SUITE: None\n"]
    return [
        f"TEST SUITE:     {hook.name}\n"
        f"Last Started:   {moment(hook.last_run.started_at, ANSI_C)}\n"
        f"Last Completed: {moment(hook.last_run.completed_at or ZERO, ANSI_C)}\n"
        f"Phase:          {hook.last_run.phase}\n"
        for hook in tests
        if hook.last_run.started_at
    ]


def _values(release: Release) -> list[str]:
    from hivehelm.golang.yaml import dump
    from hivehelm.values.coalesce import coalesce

    computed = coalesce(release.chart, release.config or {})
    return [
        f"USER-SUPPLIED VALUES:\n{dump(release.config)}\n",
        f"COMPUTED VALUES:\n{dump(computed)}\n",
    ]
