"""Finding everything out about a release, part by part: what cannot be found out is a gap, not an end."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.platform.debug.facts import ChartState, Facts, Failure, ObjectState, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeVar

    from hivehelm.actions.context import Context
    from hivehelm.chart.model import Chart
    from hivehelm.operations.model import Operation
    from hivehelm.platform.debug.facts import RepositoryState
    from hivehelm.platform.debug.report import Report
    from hivehelm.platform.mask import Mask
    from hivehelm.platform.site import Site
    from hivehelm.release.model import Release

    T = TypeVar("T")
    Trial = Callable[[], None]

SECONDS = 60.0
"""How long the cluster may be asked, in all."""
# An action may take so long from its record to its end, in seconds.
_SAME = 3600.0


def debug(
    site: Site,
    release: str,
    namespace: str = "default",
    *,
    context: Context | None = None,
    trial: Trial | None = None,
    chart: str = "",
    version: str = "",
    lines: int = 20,
    operations: Sequence[Operation] | None = None,
    sees: Callable[[str], bool] | None = None,
) -> Report:
    """Return a report on a release: everything there is to know, the likely cause and the next step first.

    Nothing is changed. `context` is the cluster of `namespace`, the site's if not given. `trial` tries what
    failed once more without doing it, and raises what is wrong; `chart` and `version` are what it tries.
    `lines` of each log are shown. `operations` are those that are known, read from the cluster if not given;
    `sees` tells which other namespaces may be told of, all if not given. There is a report in any case: of a
    release that is not there, too.
    """
    from hivehelm.platform.debug.report import Report

    facts = _Gathering(site, release, namespace, lines, operations, sees).facts(
        context, trial, chart, version
    )
    return Report.of(facts)


class _Gathering:
    """Gathers facts about one release."""

    def __init__(
        self,
        site: Site,
        name: str,
        namespace: str,
        lines: int,
        operations: Sequence[Operation] | None,
        sees: Callable[[str], bool] | None,
    ) -> None:
        self._site = site
        self._name = name
        self._namespace = namespace
        self._lines = lines
        self._operations = operations
        self._sees = sees or (lambda namespace: True)
        self._gaps: dict[str, str] = {}

    def _try(self, part: str, find: Callable[[], T], otherwise: T) -> T:
        """Return what `find` finds, else note the gap."""
        try:
            return find()
        except HivehelmError as error:
            self._gaps.setdefault(part, str(error))
        except (OSError, RecursionError, ValueError, TypeError, KeyError) as error:
            # Objects of the cluster and files here may be of any shape.
            self._gaps.setdefault(part, f"{type(error).__name__}: {error}")
        return otherwise

    def _all(self, part: str, find: Callable[[], Iterable[T]]) -> tuple[T, ...]:
        """Return all that `find` finds, nothing but a gap if it fails."""
        nothing: tuple[T, ...] = ()
        return self._try(part, lambda: tuple(find()), nothing)

    def facts(self, context: Context | None, trial: Trial | None, chart: str, version: str) -> Facts:
        facts = Facts(name=self._name, namespace=self._namespace)
        history: list[Release] = []
        context = self._reach(context)
        if context is None:
            facts = facts.replace(cluster=self._gaps.pop("cluster"))
        else:
            reached = context
            facts = facts.replace(kube_version=self._try("kube version", lambda: _version(reached), ""))
            history = list(self._all("history", lambda: _history(reached, self._name)))
            facts = self._of_records(facts, reached, history)
        failure = self._failure(context, history, trial, chart, version)
        last = history[-1] if history else None
        mask = _mask_of(last)
        facts = facts.replace(failure=failure and failure.replace(text=mask.text(failure.text)))
        facts = self._of_charts(facts, last)
        return facts.replace(gaps=self._gaps)

    def _reach(self, context: Context | None) -> Context | None:
        import time

        def find() -> Context:
            found = (context or self._site.connect(self._namespace)).until(time.monotonic() + SECONDS)
            found.check_reachable()
            return found

        found: Context | None = self._try("cluster", find, None)
        return found

    def _of_records(self, facts: Facts, context: Context, history: list[Release]) -> Facts:
        from hivehelm.platform.debug.history import MOST, holder_of, others, revision_of

        told = (revision_of(one) for one in history[-MOST:])
        hide = _mask_of(history[-1] if history else None).text
        facts = facts.replace(history=tuple(one.replace(description=hide(one.description)) for one in told))
        if not history:
            nobody: tuple[list[str], list[str]] = ([], [])
            like, places = self._try(
                "other releases", lambda: others(self._site, self._name, self._namespace), nobody
            )
            elsewhere = tuple(one for one in places if one != self._namespace and self._sees(one))
            return facts.replace(similar=tuple(like), elsewhere=elsewhere)
        last = history[-1]
        facts = facts.replace(holder=holder_of(last))
        mask = _mask_of(last)
        facts = facts.replace(values=self._all("values", lambda: self._values(last, mask)))
        return self._of_objects(facts, context, last, mask) if context.has_cluster else facts

    def _values(self, last: Release, mask: Mask) -> list[Value]:
        from hivehelm.platform.debug.origins import origins

        chart = self._whole_chart(last) or last.chart
        return [_hidden(value, mask) for value in origins(chart, last.config or {})]

    def _whole_chart(self, last: Release) -> Chart | None:
        """Return the chart with its subcharts, which records lack, if it is one of those kept here."""
        from hivehelm.chart.load import load
        from hivehelm.platform.find import find

        metadata = last.chart_metadata
        name, version = str(metadata.get("name") or ""), str(metadata.get("version") or "")
        path = find(name, version, (self._site.base, self._site.charts))
        if path is None:
            return None
        try:
            chart = load(path)
        except HivehelmError:
            return None
        # Another chart of that name and version would tell wrong origins.
        same = chart.metadata.version == version and chart.values == last.chart.values
        return chart if same else None

    def _of_objects(self, facts: Facts, context: Context, last: Release, mask: Mask) -> Facts:
        from hivehelm.platform.debug.events import events
        from hivehelm.platform.debug.objects import objects
        from hivehelm.platform.debug.pods import hooks, pods

        client, namespace = context.client, self._namespace
        found = self._all("objects", lambda: objects(client, last.manifest, namespace, mask))
        states = [one.state for one in found]
        facts = facts.replace(
            objects=tuple(states),
            pods=self._all("pods", lambda: pods(client, found, mask, self._lines)),
            hooks=self._all("hooks", lambda: hooks(client, last.hooks, namespace, mask, self._lines)),
        )
        hooked = [
            ObjectState(api_version="", kind=one.kind, namespace=namespace, name=one.name, state="")
            for one in last.hooks
        ]
        return facts.replace(events=self._all("events", lambda: events(client, [*states, *hooked], mask)))

    def _failure(
        self, context: Context | None, history: list[Release], trial: Trial | None, chart: str, version: str
    ) -> Failure | None:
        from hivehelm.platform.debug.history import failed_operation, failure_on_record, recorded
        from hivehelm.platform.debug.noted import failure_of, noted

        verb = "upgrade" if any(one.info.status == "deployed" for one in history) else "install"
        if trial is not None:
            try:
                trial()
            except HivehelmError as error:
                return failure_of(error, verb=verb, chart=chart, version=version, source="trial")
            return None
        known = [noted(self._site.base, self._namespace, self._name)]
        if history:
            known.append(failure_on_record(history[-1]))
        if context is not None:
            operations = self._operations
            if operations is None:
                operations = recorded(self._site, context)
            known.append(failed_operation(operations, self._name, self._namespace))
        failures = [one for one in known if one is not None]
        last = history[-1] if history else None
        if last is not None and last.info.status == "deployed":
            # What was put right since counts no more.
            failures = [one for one in failures if _moment(one.when) > _moment(last.info.last_deployed)]
        newest = max(failures, key=lambda one: _moment(one.when), default=None)
        record = next((one for one in failures if one.source == "record"), None)
        if newest is None or record is None or newest.version:
            return newest
        # Both tell of the same: the record knows which version the chart was of.
        same = _moment(newest.when) - _moment(record.when) < _SAME
        return newest.replace(version=record.version) if same else newest

    def _of_charts(self, facts: Facts, last: Release | None) -> Facts:
        from hivehelm.platform.debug.repositories import repositories
        from hivehelm.platform.find import names

        wanted = _chart_name(facts.failure) or (facts.last.chart if facts.last else "")
        states = self._all("repositories", lambda: repositories(self._site, wanted))
        kept = self._all("charts", lambda: names((self._site.base, self._site.charts)))
        facts = facts.replace(repositories=states, local_charts=kept)
        if last is None:
            return facts
        nothing: ChartState | None = None
        return facts.replace(chart=self._try("chart", lambda: self._chart(last, states), nothing))

    def _chart(self, last: Release, states: Iterable[RepositoryState]) -> ChartState:
        from hivehelm.golang.semver import VersionError, parse
        from hivehelm.platform.find import find

        metadata = last.chart_metadata
        name, version = str(metadata.get("name") or ""), str(metadata.get("version") or "")
        available = [
            f"{one.name}/{name}"
            for one in states
            if version in (one.versions if one.fresh is None else one.fresh)
        ]
        if path := find(name, version, (self._site.base, self._site.charts)):
            available.append(path)
        newer: list[str] = []
        try:
            now = parse(version)
            for one in states:
                for text in one.fresh or one.versions:
                    found = parse(text)
                    if found > now and not found.prerelease:
                        newer.append(f"{one.name}/{name} {text}")
                        break
        except VersionError:
            pass
        return ChartState(
            name=name,
            version=version,
            app_version=str(metadata.get("appVersion") or ""),
            kube_version=str(metadata.get("kubeVersion") or ""),
            available=tuple(available),
            newer=tuple(newer),
            deprecated=bool(metadata.get("deprecated")),
        )


def _version(context: Context) -> str:
    return str(context.client.version().get("gitVersion") or "") if context.has_cluster else ""


def _history(context: Context, name: str) -> list[Release]:
    from hivehelm.release.errors import ReleaseNotFoundError

    try:
        found = list(context.storage.history(name))
    except ReleaseNotFoundError:
        return []
    return sorted(found, key=lambda one: one.version)


def _mask_of(release: Release | None) -> Mask:
    """Return what hides what is secret in a release, and credentials in addresses in any case."""
    from hivehelm.platform.mask import Mask

    if release is None:
        return Mask("")
    return Mask.of(release)


def _hidden(value: Value, mask: Mask) -> Value:
    """Return a value without what is secret, by its own name and those of all that it is in."""

    def hidden(given: Any) -> Any:
        steps = value.path.split(".")
        for step in reversed(steps):
            given = {step: given}
        found = mask.values(given)
        for step in steps:
            found = found[step]
        return found

    return value.replace(value=hidden(value.value), default=hidden(value.default))


def _chart_name(failure: Failure | None) -> str:
    """Return the name of the chart that a failure is about, "" where it is not told."""
    import re

    if failure is None or not failure.chart:
        return ""
    last = failure.chart.rstrip("/").rpartition("/")[2]
    found = re.fullmatch(r"(.+?)(-v?[0-9]+\.[0-9]+\.[0-9]+.*\.tgz|:[^:]+|@sha256:.*)?", last)
    return found[1] if found else last


def _moment(text: str) -> float:
    from datetime import UTC, datetime

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return 0.0
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
