"""What workers do, and what they leave when they die at any request: others finish the same revision."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hivehelm.actions import process
from hivehelm.errors import HivehelmError
from hivehelm.kube import wait
from hivehelm.kube.errors import ApiError
from hivehelm.operations.errors import InvalidRequestError
from hivehelm.operations.model import Request
from hivehelm.operations.worker import Job
from hivehelm.platform.site import Site
from hivehelm.platform.work import perform
from hivehelm.release.errors import ReleaseNotFoundError
from hivehelm.testing import ChartRepository, FakeCluster

# Threads of who is dead die of it, too.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.operations.worker import Line

JOB = """apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-{{ .Release.Revision }}-%s
  annotations: {helm.sh/hook: %s, helm.sh/hook-delete-policy: %s}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: main, image: example.com/main}]}
"""
CONFIG = """apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-{{ .Values.name | default "a" }}}
data: {size: {{ .Values.size | default 0 | quote }}}
"""


class Dead(BaseException):
    """What was to be done is not done any more: the process was killed."""


class Wire:
    """The line of a worker to a runner that keeps what it is told, as a `Line` has it."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self.events: list[dict[str, Any]] = []
        self.trace: dict[str, Any] = {}
        self.alive: Callable[[], None] = lambda: None

    def event(self, event: dict[str, Any]) -> None:
        self.events.append(event)

    def note(self, trace: dict[str, Any]) -> None:
        self.alive()
        for name, value in trace.items():
            self.trace[name] = [*self.trace.get(name, ()), *value] if isinstance(value, list) else value
        self.alive()


class Mortal:
    """Lets a process live for so many of its steps; from then on it can do nothing more.

    `died` tells whether what it was about came to an end by that.
    """

    def __init__(self, cluster: FakeCluster, wire: Wire, steps: int, *, answered: bool) -> None:
        self.cluster = cluster
        self.steps = steps
        self.answered = answered
        self.died = False
        self._answer = cluster.request
        self._stream = cluster.stream
        wire.alive = self.step

    def step(self) -> None:
        self.steps -= 1
        self.check()

    def check(self) -> None:
        if self.steps < 0:
            # Threads die on their own; what they were for is the main thread's.
            self.died = self.died or threading.current_thread() is threading.main_thread()
            raise Dead

    def request(self, *given: Any, **more: Any) -> Any:
        if self.answered:
            self.step()
            return self._answer(*given, **more)
        self.check()
        answer = self._answer(*given, **more)
        self.step()
        return answer

    def stream(self, *given: Any, **more: Any) -> Any:
        self.step()
        return self._stream(*given, **more)


class Works:
    """A worker's world: `site`, a cluster in memory, and the trace of one operation."""

    def __init__(self, site: Site, cluster: FakeCluster) -> None:
        self.site = site
        self.cluster = cluster

    def write_chart(self, **files: str) -> None:
        templates = Path(self.site.charts, "web", "templates")
        templates.mkdir(parents=True, exist_ok=True)
        (templates.parent / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 1.2.3\n")
        for name, text in files.items():
            (templates / f"{name}.yaml").write_text(text)

    def do(
        self, verb: str, *, wire: Wire | None = None, attempt: int = 1, operation: str = "op-0", **more: Any
    ) -> dict[str, Any]:
        wire = wire or Wire()
        request = Request(verb=verb, name="web", **{"chart": "web", **more})
        job = Job(request=request, operation=operation, attempt=attempt, trace=dict(wire.trace), seconds=60.0)
        line: Line = wire  # type: ignore[assignment]
        return perform(job, line, self.site)

    def dies(self, verb: str, steps: int, wire: Wire, *, answered: bool, **more: Any) -> bool:
        """Tell whether a worker died after so many steps; otherwise it was done."""
        mortal = Mortal(self.cluster, wire, steps, answered=answered)
        patched = pytest.MonkeyPatch()
        try:
            patched.setattr(self.cluster, "request", mortal.request)
            patched.setattr(self.cluster, "stream", mortal.stream)
            # Who waits for a thread that died need not wait on.
            patched.setattr(wait._Wait, "_recheck", lambda waiting: mortal.check())
            self.do(verb, wire=wire, **more)
        except Dead:
            return True
        except HivehelmError:
            return mortal.died
        finally:
            patched.undo()
            wire.alive = lambda: None
        return False

    def states(self) -> list[tuple[int, str]]:
        context = self.site.connect("default")
        found = context.storage.history("web")
        assert all(one.claim is None for one in found)
        return sorted((one.version, one.info.status) for one in found)

    def made(self) -> Counter[str]:
        """Return how often each Job was made."""
        return Counter(
            path.rsplit("/", 1)[-1].partition("?")[0]
            for method, path in self.cluster.requests
            if "/jobs" in path and method == "PATCH"
        )


@pytest.fixture
def works(site: Site, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> Works:
    # All workers of a test are one process: what tells them apart is that they died.
    monkeypatch.setattr(process, "gone", lambda _: False)
    client = cluster.client()
    monkeypatch.setattr(Site, "client", lambda *_: client)
    made = Works(site, cluster)
    made.write_chart(config=CONFIG)
    return made


def test_verbs_become_actions(works: Works) -> None:
    done = works.do("install", values={"size": 3}, options={"description": "first"})
    assert (done["name"], done["chart"], done["version"], done["revision"], done["status"]) == (
        "web",
        "web",
        "1.2.3",
        1,
        "Deployed",
    )
    assert (done["description"], "values" in done, "manifest" in done) == ("first", False, False)
    assert works.do("upgrade", values="size: 4\n")["revision"] == 2
    found = works.cluster.get("v1", "ConfigMap", "web-a", "default")
    assert found is not None
    assert found["data"] == {"size": "4"}
    assert works.do("rollback", chart="", options={"revision": 1})["revision"] == 3
    assert works.do("install", options={"upgrade_existing": True}, values="")["revision"] == 4
    assert works.do("test", chart="")["tests"] == []
    gone = works.do("uninstall", chart="")
    assert (gone["status"], gone["revision"], gone["info"]) == ("Uninstalled", 4, "")
    again = works.do("uninstall", chart="", options={"ignore_not_found": True})
    assert again == {"status": "Uninstalled", "info": "", "name": "web", "namespace": "default"}


def test_upgrades_install_what_is_not_there(works: Works) -> None:
    options = {"install": True, "create_namespace": True, "values_from": "reset", "server_side": "auto"}
    assert works.do("upgrade", options=options)["revision"] == 1
    assert works.do("upgrade", options=options)["revision"] == 2
    assert works.do("upgrade", options={"server_side": True})["revision"] == 3
    works.do("uninstall", chart="", options={"keep_history": True})
    assert works.do("upgrade", options=options)["revision"] == 4


def test_dry_runs_tell_everything(works: Works) -> None:
    works.write_chart(hook=JOB % ("h", "pre-install", "hook-succeeded"))
    for verb, options in (
        ("install", {"dry_run": "server"}),
        ("upgrade", {"dry_run": "server", "install": True}),
        ("template", {"kube_version": "1.30", "api_versions": ["example.com/v1"]}),
    ):
        done = works.do(verb, options=options, values={"size": 3}, operation="")
        assert done["values"] == {"size": 3.0}
        assert 'size: "3"' in done["manifest"]
        (hook,) = done["hooks"]
        assert (hook["name"], hook["events"]) == ("web-1-h", ["pre-install"])
    assert works.cluster.objects("ConfigMap") == []


def test_numbers_are_those_of_a_values_file(works: Works) -> None:
    works.write_chart(config=CONFIG.replace("default 0", "kindOf"))
    done = works.do("template", values={"size": 10_000_000}, operation="")
    assert 'size: "float64"' in done["manifest"]
    works.write_chart(config=CONFIG.replace("default 0", "print .Values.more"))
    done = works.do("template", values={"size": 10_000_000, "more": [1, True]}, operation="")
    assert 'size: "[1 true] 1e+07"' in done["manifest"]


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ({"verb": "destroy"}, "unknown verb 'destroy'"),
        ({"verb": "install", "options": {"cancel": 1}}, "install has no option 'cancel'"),
        ({"verb": "upgrade", "options": {"nothing": 1}}, "upgrade has no option 'nothing'"),
        ({"verb": "install", "values": "- 1"}, "values are no mapping"),
    ],
)
def test_what_there_is_not_cannot_be_asked_for(works: Works, request_: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidRequestError, match=text):
        works.do(**request_)


@pytest.mark.parametrize("verb", ["install", "upgrade", "template"])
@pytest.mark.parametrize("outward", [False, True])
def test_schemas_do_not_get_at_what_is_the_servers(works: Works, verb: str, *, outward: bool) -> None:
    if verb == "upgrade":
        works.write_chart()
        works.do("install")
    works.site.stores = works.site.stores.replace(outward=outward)
    secret = Path(works.site.base) / "secret.json"
    secret.write_text('{"type": "string"}')
    schema = Path(works.site.charts, "web", "values.schema.json")
    schema.write_text(f'{{"$ref": "{secret.as_uri()}"}}')
    with pytest.raises(HivehelmError, match="is a file of this server's"):
        works.do(verb)
    with ChartRepository(works.site.base) as server:
        schema.write_text(f'{{"$ref": "{server.url}/secret.json"}}')
        with pytest.raises(HivehelmError, match="own machine" if outward else "want string"):
            works.do(verb)
        assert bool(server.asked("/secret.json")) != outward


def test_charts_that_lack_something_are_refused(works: Works) -> None:
    chart = Path(works.site.charts, "web", "Chart.yaml")
    chart.write_text(chart.read_text() + "dependencies: [{name: db, version: '*', repository: ''}]\n")
    with pytest.raises(HivehelmError, match="missing in charts/ directory: db"):
        works.do("install")


FIRST = {"values": {"size": 1}}
SECOND = {"values": {"size": 2, "name": "b"}}


@pytest.mark.parametrize("answered", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(
    ("verb", "before", "more", "states"),
    [
        ("install", [], FIRST, [(1, "deployed")]),
        ("upgrade", [("install", FIRST)], SECOND, [(1, "superseded"), (2, "deployed")]),
        (
            "rollback",
            [("install", FIRST), ("upgrade", SECOND)],
            {"chart": ""},
            [(1, "superseded"), (2, "superseded"), (3, "deployed")],
        ),
        ("uninstall", [("install", FIRST), ("upgrade", SECOND)], {"chart": ""}, []),
    ],
    ids=["install", "upgrade", "rollback", "uninstall"],
)
def test_who_dies_at_any_request_is_finished_by_another(
    site: Site,
    works: Works,
    verb: str,
    before: list[tuple[str, dict[str, Any]]],
    more: dict[str, Any],
    states: list[tuple[int, str]],
    answered: bool,
) -> None:
    kind = "delete" if verb == "uninstall" else verb
    works.write_chart(
        pre=JOB % ("pre", f"pre-{kind}", "before-hook-creation"),
        post=JOB % ("post", f"post-{kind}", "hook-succeeded"),
    )
    steps = 0
    while True:
        works.cluster.requests.clear()
        for number, (earlier, given) in enumerate(before):
            works.do(earlier, operation=f"op-{number}", **given)
        wire = Wire()
        died = works.dies(verb, steps, wire, answered=answered, operation="op-9", **more)
        if died:
            done = works.do(verb, wire=wire, attempt=2, operation="op-9", **more)
            assert done["status"] == ("Deployed" if states else "Uninstalled"), (steps, done)
        if states:
            assert works.states() == states, steps
            context = site.connect("default")
            assert context.storage.deployed("web").version == states[-1][0]
        else:
            assert works.cluster.objects("ConfigMap") == [], steps
        twice = {name: count for name, count in works.made().items() if count > 1}
        assert twice == {}, steps
        if states:
            works.do("uninstall", chart="", operation="op-10")
        for job in works.cluster.objects("Job"):
            site.client().delete("batch/v1", "Job", job["metadata"]["name"], "default")
        if not died:
            break
        steps += 1
    assert steps > 10


SERVICE = """{{- if .Values.broken }}
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {ports: [{port: 80}]}
{{- end }}
"""


@pytest.mark.parametrize("answered", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(
    ("verb", "states", "text"),
    [
        ("install", None, "has been uninstalled due to rollback-on-failure being set"),
        (
            "upgrade",
            [(1, "superseded"), (2, "failed"), (3, "deployed")],
            "has been rolled back due to rollback-on-failure being set",
        ),
    ],
)
def test_who_dies_while_all_is_being_undone_is_finished_by_another(
    works: Works, verb: str, states: list[tuple[int, str]] | None, text: str, answered: bool
) -> None:
    works.write_chart(service=SERVICE, job=JOB % ("back", "pre-rollback", "before-hook-creation"))
    works.cluster.refuse("PATCH", "services", ApiError(403, "Forbidden", "no, you may not"), times=100_000)
    more = {"values": {"broken": True}, "options": {"rollback_on_failure": True}}
    steps = 0
    died = True
    while died:
        works.cluster.requests.clear()
        if verb == "upgrade":
            works.do("install", operation="op-1")
        wire = Wire()
        died = works.dies(verb, steps, wire, answered=answered, operation="op-9", **more)
        if died:
            with pytest.raises(HivehelmError, match=text):
                works.do(verb, wire=wire, attempt=2, operation="op-9", **more)
        if states is None:
            with pytest.raises(ReleaseNotFoundError):
                works.states()
        else:
            assert works.states() == states, steps
            works.do("uninstall", chart="", operation="op-10")
        assert {name: count for name, count in works.made().items() if count > 1} == {}, steps
        assert works.cluster.objects("ConfigMap") == [], steps
        for job in works.cluster.objects("Job"):
            works.site.client().delete("batch/v1", "Job", job["metadata"]["name"], "default")
        steps += 1
    assert steps > 10
