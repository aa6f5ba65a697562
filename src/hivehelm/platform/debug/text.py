"""A report for people: the cause first, then all there is to know."""

from __future__ import annotations

from hivehelm.platform.debug.facts import MISSING, SAME
from hivehelm.platform.debug.report import ABSENT, HEALTHY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from hivehelm.platform.debug.facts import Facts, ObjectState
    from hivehelm.platform.debug.report import Report

_MOST_VALUES = 60
_MOST_SAME = 12
_WIDTH = 160


def text(report: Report) -> str:
    """Return a report as text."""
    facts = report.facts
    sections = [
        _head(report),
        _causes(report),
        _section("HISTORY", _history(facts)),
        _section("VALUES", _values(facts)),
        _section("OBJECTS", _objects(facts)),
        _section("PODS THAT ARE NOT READY", _pods(facts)),
        _section("HOOKS", _hooks(facts)),
        _section("EVENTS", _events(facts)),
        _section("CHART", _chart(facts)),
        _section("REPOSITORIES", _repositories(facts)),
        _section("NOT FOUND OUT", (f"{part}: {_line(why)}" for part, why in facts.gaps.items())),
    ]
    return "\n".join(section for section in sections if section)


def _section(title: str, lines: Iterable[str]) -> str:
    body = "".join(f"  {line}\n" for line in lines)
    return f"{title}:\n{body}" if body else ""


def _line(value: Any) -> str:
    words = " ".join(str(value).split())
    return words if len(words) <= _WIDTH else f"{words[: _WIDTH - 1]}…"


def _head(report: Report) -> str:
    facts, last = report.facts, report.facts.last
    lines = [f"RELEASE: {facts.name}", f"NAMESPACE: {facts.namespace}"]
    if last is not None:
        lines.append(f"STATUS: {last.status}, revision {last.revision} of {last.updated}")
        lines.append(
            f"CHART: {last.chart} {last.version}" + (f" ({last.app_version})" if last.app_version else "")
        )
        if report.state == HEALTHY and report.likely is not None:
            lines.append("STATE: healthy: what failed later has changed nothing")
    elif report.state == ABSENT:
        lines.append("STATUS: no such release")
    if facts.cluster:
        lines.append(f"CLUSTER: {_line(facts.cluster)}")
    elif facts.kube_version:
        lines.append(f"CLUSTER: Kubernetes {facts.kube_version}")
    return "".join(f"{line}\n" for line in lines)


def _causes(report: Report) -> str:
    """Return what the rules found: the likely cause, what else it may be, and what is worth knowing."""
    likely = report.likely
    if likely is None:
        text = "" if report.state == ABSENT else "LIKELY CAUSE: nothing is found to be wrong\n"
    else:
        text = f"LIKELY CAUSE: {likely.cause}\n  ({likely.topic})\n"
        text += "".join(f"  - {_line(one)}\n" for one in likely.evidence)
        text += "NEXT STEP:\n" + "".join(f"  {n}. {step}\n" for n, step in enumerate(likely.next, 1))
    others = [one for one in report.diagnoses if one is not likely and not one.note]
    notes = [one for one in report.diagnoses if one.note]
    for title, found in (("ALSO", others), ("WORTH KNOWING", notes)):
        if found:
            text += f"{title}:\n"
        for one in found:
            text += f"  - {_line(one.cause)}\n"
            text += "".join(f"      {_line(each)}\n" for each in one.evidence[:6])
            text += "".join(f"      → {step}\n" for step in one.next)
    return text


def _history(facts: Facts) -> Iterator[str]:
    for one in facts.history:
        chart = f"{one.chart}-{one.version}"
        yield f"{one.revision}  {one.updated}  {one.status}  {chart}  {_line(one.description)}"
    failure = facts.failure
    if failure is not None and failure.source != "record":
        what = f"{failure.verb} of {failure.chart}" if failure.chart else failure.verb or "a command"
        yield f"-  {failure.when}  {what} failed, without a record ({failure.source}): {_line(failure.text)}"
    if facts.holder is not None and facts.holder.who:
        age = facts.holder.age
        yield f"held by {facts.holder.who}" + (f", last heard of {age:.0f} s ago" if age is not None else "")


def _values(facts: Facts) -> Iterator[str]:
    """Yield values with their origins: what the user gave first, since that is what can be wrong."""
    given = [one for one in facts.values if one.origin.startswith("user")]
    others = [one for one in facts.values if not one.origin.startswith("user")]
    for one in given:
        was = f"; the chart's own is {_line(_shown(one.default))}" if one.default is not None else ""
        yield f"{one.path} = {_line(_shown(one.value))}  [{one.origin}{was}]"
    room = max(_MOST_VALUES - len(given), 10)
    for one in others[:room]:
        yield f"{one.path} = {_line(_shown(one.value))}  [{one.origin}]"
    if len(others) > room:
        yield f"… and {len(others) - room} more that nobody set (-o yaml shows all)"


def _shown(value: Any) -> str:
    from hivehelm.golang.json import dumps

    return value if isinstance(value, str) and value else dumps(value, html=False)


def _objects(facts: Facts) -> Iterator[str]:
    wrong = [one for one in facts.objects if one.state != SAME or one.status not in ("Current", "")]
    for one in wrong:
        yield f"{_where(facts, one)}: {one.state}{_status(one)}"
        if one.problem and one.state != MISSING:
            yield f"    {_line(one.problem)}"
        for change in one.changes:
            who = f"  (by {change.manager}, {change.operation}, {change.when})" if change.manager else ""
            live, wanted = _line(_shown(change.live)), _line(_shown(change.wanted))
            yield f"    {change.path}: {live} instead of {wanted}{who}"
        for line in (*one.conditions, *one.reasons):
            yield f"    {_line(line)}"
    same = [one for one in facts.objects if one not in wrong]
    if same:
        names = ", ".join(_where(facts, one) for one in same[:_MOST_SAME])
        more = f" and {len(same) - _MOST_SAME} more" if len(same) > _MOST_SAME else ""
        yield f"as wanted: {names}{more}"


def _where(facts: Facts, one: ObjectState) -> str:
    place = f"{one.namespace}/" if one.namespace and one.namespace != facts.namespace else ""
    return f"{place}{one.title}"


def _status(one: ObjectState) -> str:
    if not one.status:
        return ""
    return f", {one.status}" + (f": {_line(one.message)}" if one.message and one.status != "Current" else "")


def _pods(facts: Facts) -> Iterator[str]:
    for pod in facts.pods:
        restarts = f", {pod.restarts} restarts" if pod.restarts else ""
        yield f"{pod.name} ({pod.owner}): {pod.phase}{restarts}"
        for trouble in pod.troubles:
            where = f"{trouble.container}: " if trouble.container else ""
            code = f" (exit code {trouble.exit_code})" if trouble.exit_code else ""
            yield f"    {where}{trouble.reason}{code} {_line(trouble.message)}".rstrip()
        yield from _logs(pod.logs)


def _logs(logs: dict[str, str]) -> Iterator[str]:
    for container, said in logs.items():
        yield f"    log of {container}:"
        for line in said.splitlines():
            yield f"      | {line[:_WIDTH]}"


def _hooks(facts: Facts) -> Iterator[str]:
    for hook in facts.hooks:
        when = hook.completed or hook.started
        yield f"{hook.kind}/{hook.name} ({', '.join(hook.events)}): {hook.phase} {when}".rstrip()
        yield from _logs(hook.logs)


def _events(facts: Facts) -> Iterator[str]:
    for one in facts.events:
        count = f" ({one.count} times)" if one.count > 1 else ""
        yield f"{one.when}  {one.kind}  {one.subject}  {one.reason}: {_line(one.message)}{count}"


def _chart(facts: Facts) -> Iterator[str]:
    chart = facts.chart
    if chart is None:
        return
    yield f"{chart.name} {chart.version}" + (", deprecated" if chart.deprecated else "")
    if chart.kube_version:
        yield f"for Kubernetes {chart.kube_version}"
    yield f"to be had as: {', '.join(chart.available) or 'nowhere that is known here'}"
    yield f"newer versions: {', '.join(chart.newer) or 'none'}"


def _repositories(facts: Facts) -> Iterator[str]:
    for one in facts.repositories:
        state = "can be reached" if one.reachable else f"CANNOT BE REACHED: {_line(one.problem)}"
        cached = "" if one.cached or one.url.startswith("oci://") else ", its index was never fetched"
        has = one.versions or one.fresh or ()
        versions = f", has the chart: {', '.join(has[:5])}" if has else ""
        yield f"{one.name} ({one.url}): {state}{cached}{versions}"
