"""Operations on a real control plane, while the processes that work on them are killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.cluster.waiting import make_namespace, until

from hivehelm.actions.context import Context
from hivehelm.actions.history import history
from hivehelm.operations.model import Operation, Request
from hivehelm.operations.runner import Runner
from hivehelm.platform.site import Site
from hivehelm.release.errors import ReleaseNotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

SCRIPT = Path(__file__).with_name("replica.py")

# Hooks and pods that stay as they are until somebody lets them go on.
TEMPLATE = """{{- range $event := .Values.hooks }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $.Release.Name }}-{{ $event }}
  annotations: {helm.sh/hook: {{ $event }}}
spec:
  template:
    metadata: {annotations: {hivehelm.dev/simulate: {{ get $.Values.simulate $event | default "end" }}}}
    spec: {restartPolicy: Never, containers: [{name: main, image: example.com/main}]}
  backoffLimit: 0
{{- end }}
---
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-{{ .Values.pod }}
  annotations: {hivehelm.dev/simulate: {{ .Values.simulate.pod | default "end" }}}
spec: {containers: [{name: main, image: example.com/main}]}
"""
VALUES: dict[str, Any] = {"hooks": [], "simulate": {}, "pod": "a"}


class World:
    """A namespace for releases, one for operations, and this process's own replica."""

    def __init__(self, site: Site, namespace: str, runner: Runner) -> None:
        self.site = site
        self.namespace = namespace
        self.runner = runner
        self.context: Context = site.connect(namespace)
        self.client = site.client()

    def submit(self, verb: str, *, values: dict[str, Any] | None = None, **options: Any) -> Operation:
        chart = "web" if verb in ("install", "upgrade") else ""
        given = {**VALUES, **(values or {})}
        if verb != "test":
            options = {"wait": "watcher", **options}
        return self.runner.submit(
            Request(
                verb=verb, name="web", namespace=self.namespace, chart=chart, values=given, options=options
            )
        )

    def done(self, operation: Operation, state: str = "succeeded") -> Operation:
        found = self.runner.wait(operation.id, 240)
        assert found.state == state, found
        return found

    def do(self, verb: str, **more: Any) -> Operation:
        return self.done(self.submit(verb, **more))

    def states(self) -> list[tuple[int, str]]:
        return [(one.version, one.info.status) for one in history(self.context, "web")]

    def uid(self, job: str) -> str:
        return str(self.client.get("batch/v1", "Job", f"web-{job}", self.namespace)["metadata"]["uid"])

    def let_job_end(self, job: str) -> None:
        def pods() -> list[dict[str, Any]]:
            return self.client.list("v1", "Pod", self.namespace, label_selector=f"job-name=web-{job}")

        until(pods)
        patch = {"metadata": {"annotations": {"hivehelm.dev/simulate": None}}}
        for pod in pods():
            self.client.patch("v1", "Pod", pod["metadata"]["name"], patch, self.namespace)

    def let_pod_be_ready(self, name: str) -> None:
        def runs() -> bool:
            pod = self.client.get("v1", "Pod", f"web-{name}", self.namespace)
            return bool(pod["status"]["phase"] == "Running")

        # What plays the kubelet says once that it is not.
        until(runs)
        conditions = [{"type": kind, "status": "True"} for kind in ("Ready", "ContainersReady")]
        patch = {"status": {"conditions": conditions}}
        self.client.patch(
            "v1", "Pod", f"web-{name}", patch, self.namespace, patch_type="strategic", subresource="status"
        )

    def stuck_at(self, operation: Operation, stage: str, subject: str = "") -> Operation:
        """Return an operation once it waits for a hook, or for its pods."""

        def reached() -> bool:
            events = self.runner.get(operation.id).events
            told = [at for at, one in enumerate(events) if (one["stage"], one["subject"]) == (stage, subject)]
            return bool(told) and any(one["stage"] == "waiting" for one in events[told[-1] :])

        until(reached, lambda: self.runner.get(operation.id))
        return self.runner.get(operation.id)


class Replica:
    """Another replica, which is alone at work until it is killed."""

    def __init__(self, world: World, system: str) -> None:
        self.world = world
        known = set(world.runner.board._beats)
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), system],
            env={**os.environ, **world.site.variables()},
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"up\n"
        until(lambda: set(world.runner.board._beats) - known)
        (self.holder,) = set(world.runner.board._beats) - known
        world.runner._slots = 0

    def kill(self) -> None:
        """Kill the replica, its workers with it, and let this process's own one begin."""
        self.process.kill()
        self.process.wait()
        self.world.runner._slots = 4

    def close(self) -> None:
        self.kill()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def site(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Site:
    home = tmp_path_factory.mktemp("hivemind")
    templates = home / "charts" / "web" / "templates"
    templates.mkdir(parents=True)
    (templates.parent / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 1.0.0\n")
    (templates / "all.yaml").write_text(TEMPLATE)
    environ = {
        "HIVEMIND_HOME": str(home),
        "HOME": str(home),
        "KUBECONFIG": str(cluster.kubeconfig()),
        "PATH": os.environ["PATH"],
    }
    return Site.from_environ(environ)


@pytest.fixture(scope="module")
def system(site: Site) -> Iterator[str]:
    yield (name := f"operations-{uuid4().hex[:8]}")
    site.client().delete("v1", "Namespace", name)


@pytest.fixture(scope="module")
def runner(site: Site, system: str) -> Iterator[Runner]:
    spec = spec_from_file_location("replica", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Runner = module.replica(site, system)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def world(site: Site, runner: Runner) -> Iterator[World]:
    namespace = f"operations-{uuid4().hex[:8]}"
    make_namespace(site.client(), namespace)
    yield World(site, namespace, runner)
    runner._slots = 4
    site.client().delete("v1", "Namespace", namespace)


@pytest.fixture
def replica(world: World, system: str) -> Iterator[Replica]:
    made = Replica(world, system)
    yield made
    made.close()


def test_the_whole_life_of_a_release(world: World) -> None:
    operations = [
        world.submit("install"),
        world.submit("upgrade", values={"pod": "b"}),
        world.submit("rollback"),
        world.submit("uninstall", keep_history=True),
    ]
    found = [world.done(one) for one in operations]
    assert [one.result and one.result["revision"] for one in found] == [1, 2, 3, 3]
    assert [one.result and one.result["status"] for one in found] == [*["Deployed"] * 3, "Uninstalled"]
    assert world.states() == [(1, "superseded"), (2, "superseded"), (3, "uninstalled")]
    done = world.done(world.submit("upgrade"), "failed")
    assert done.problem is not None
    assert "NoDeployedReleasesError" in done.problem["kinds"]
    world.do("upgrade", install=True, create_namespace=True)
    assert world.do("install", upgrade_existing=True, values={"pod": "c"}).attempt == 1
    assert world.states()[-2:] == [(4, "superseded"), (5, "deployed")]


def test_a_worker_that_is_killed_is_followed_by_another(world: World) -> None:
    values = {"hooks": ["pre-install"], "simulate": {"pod": "unready"}}
    operation = world.submit("install", values=values)
    world.stuck_at(operation, "wait", "watcher")
    hook = world.uid("pre-install")
    world.runner._tasks[operation.id]._worker.process.kill()  # type: ignore[union-attr]
    until(lambda: world.runner.get(operation.id).attempt >= 2)
    world.let_pod_be_ready("a")
    done = world.done(operation)
    assert [one["stage"] for one in done.events].count("record") == 2
    assert world.states() == [(1, "deployed")]
    assert world.uid("pre-install") == hook


@pytest.mark.parametrize("verb", ["install", "upgrade", "rollback"])
def test_a_replica_killed_while_it_waits_is_taken_over_from(
    world: World, replica: Replica, verb: str
) -> None:
    stuck = {"simulate": {"pod": "unready"}, "hooks": [f"pre-{verb}", f"post-{verb}"]}
    before: list[tuple[int, str]] = []
    if verb == "upgrade":
        world.do("install")
        before = [(1, "superseded")]
        stuck["pod"] = "b"
    if verb == "rollback":
        operation = world.submit("install", values=stuck)
        world.stuck_at(operation, "wait", "watcher")
        world.let_pod_be_ready("a")
        world.done(operation)
        world.do("upgrade", values={"pod": "b"})
        before = [(1, "superseded"), (2, "superseded")]
    operation = world.submit(verb, values=stuck)
    assert world.stuck_at(operation, "wait", "watcher").holder == replica.holder
    hook = world.uid(f"pre-{verb}")
    replica.kill()
    until(lambda: world.runner.get(operation.id).attempt >= 2)
    world.let_pod_be_ready("b" if verb == "upgrade" else "a")
    done = world.done(operation)
    assert done.holder == world.runner.holder
    assert done.result is not None
    assert done.result["revision"] == len(before) + 1
    assert world.states() == [*before, (len(before) + 1, "deployed")]
    # What had run did not run again, what had not has.
    assert world.uid(f"pre-{verb}") == hook
    assert world.uid(f"post-{verb}")


@pytest.mark.parametrize("event", ["pre-install", "post-install"])
def test_a_hook_that_runs_is_waited_for_and_not_run_again(world: World, replica: Replica, event: str) -> None:
    operation = world.submit("install", values={"hooks": [event], "simulate": {event: "run"}})
    world.stuck_at(operation, "hook", f"{event} web-{event}")
    hook = world.uid(event)
    replica.kill()
    until(lambda: world.runner.get(operation.id).attempt >= 2)
    world.let_job_end(event)
    world.done(operation)
    assert world.uid(event) == hook
    assert world.states() == [(1, "deployed")]


@pytest.mark.parametrize("event", ["pre-delete", "post-delete"])
def test_an_uninstall_is_finished(world: World, replica: Replica, event: str) -> None:
    world.do("install", values={"hooks": ["pre-delete", "post-delete"], "simulate": {event: "run"}})
    operation = world.submit("uninstall")
    world.stuck_at(operation, "hook", f"{event} web-{event}")
    hooks = {name: world.uid(name) for name in {"pre-delete", event}}
    replica.kill()
    until(lambda: world.runner.get(operation.id).attempt >= 2)
    world.let_job_end(event)
    done = world.done(operation)
    assert done.result is not None
    assert done.result["status"] == "Uninstalled"
    with pytest.raises(ReleaseNotFoundError):
        world.states()
    assert {name: world.uid(name) for name in hooks} == hooks
    assert [one["metadata"]["name"] for one in world.client.list("v1", "Pod", world.namespace)].count(
        "web-a"
    ) == 0


def test_an_upgrade_that_is_being_undone_is_undone(world: World, replica: Replica) -> None:
    world.do("install", values={"hooks": ["pre-rollback"], "simulate": {"pre-rollback": "run"}})
    failing = {"pod": "b", "hooks": ["post-upgrade"], "simulate": {"post-upgrade": "fail"}}
    operation = world.submit("upgrade", values=failing, rollback_on_failure=True)
    world.stuck_at(operation, "hook", "pre-rollback web-pre-rollback")
    replica.kill()
    until(lambda: world.runner.get(operation.id).attempt >= 2)
    world.let_job_end("pre-rollback")
    done = world.done(operation, "failed")
    assert done.problem is not None
    assert done.problem["kind"] == "UpgradeError"
    assert "has been rolled back due to rollback-on-failure being set" in done.problem["message"]
    assert world.states() == [(1, "superseded"), (2, "failed"), (3, "deployed")]


def test_cancelling_tells_the_truth_on_the_record(world: World) -> None:
    operation = world.submit("install", values={"simulate": {"pod": "unready"}})
    world.stuck_at(operation, "wait", "watcher")
    world.runner.cancel(operation.id)
    done = world.done(operation, "cancelled")
    assert done.problem is not None
    assert done.problem["message"] == "context canceled"
    assert world.states() == [(1, "failed")]


def test_what_ends_while_nobody_listens_is_not_done_again(world: World, replica: Replica) -> None:
    """The replica freezes, its worker ends, and only then the replica dies."""
    import signal

    operation = world.submit(
        "install", values={"hooks": ["post-install"], "simulate": {"post-install": "run"}}
    )
    world.stuck_at(operation, "hook", "post-install web-post-install")
    os.kill(replica.process.pid, signal.SIGSTOP)
    world.let_job_end("post-install")
    # Its worker has to have the hook's end confirmed: it goes no further, and dies with the replica.
    replica.kill()
    until(lambda: world.runner.get(operation.id).attempt >= 2)
    world.done(operation)
    assert world.states() == [(1, "deployed")]


def test_previews_leave_no_trace(world: World) -> None:
    values = {**VALUES, "hooks": ["pre-install"]}
    request = Request(
        verb="install", name="web", namespace=world.namespace, chart="web", values=values
    ).replace(options={"dry_run": "server"})
    answer = world.runner.run_once(request, 30)
    assert (answer["revision"], answer["version"], len(answer["hooks"])) == (1, "1.0.0", 1)
    assert "kind: Pod" in answer["manifest"]
    assert answer["values"]["pod"] == "a"
    template = world.runner.run_once(request.replace(verb="template", options={"kube_version": "1.30"}), 30)
    assert template["manifest"] == answer["manifest"]
    with pytest.raises(ReleaseNotFoundError):
        world.states()
