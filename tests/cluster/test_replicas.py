"""Three replicas behind a proxy, killed one after the other: nothing is lost, and nothing done twice.

As it is, a replica is killed every 8 s, and replicas miss each other sooner than they do by default. The long
form kills as often and as slowly as told: `HIVEHELM_REPLICA_KILLS=15 HIVEHELM_REPLICA_PAUSE=20`.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from tests.cluster.waiting import until

from hivehelm.actions.history import history
from hivehelm.cluster.ports import choose
from hivehelm.kube.errors import KubeError
from hivehelm.platform.site import Site
from hivehelm.release.errors import ReleaseNotFoundError
from hivehelm.testing import RoundRobin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hivehelm.cluster.cluster import Cluster
    from hivehelm.kube.client import Client

REPLICAS, CLIENTS = 3, 4
KILLS = int(os.environ.get("HIVEHELM_REPLICA_KILLS", "3"))
PAUSE = float(os.environ.get("HIVEHELM_REPLICA_PAUSE", "8"))
LONG = "HIVEHELM_REPLICA_PAUSE" in os.environ
PATIENCE = 180.0
# Where a test cannot wait as long as people can, replicas miss each other sooner.
_PACE = "board.PACE = board.Pace(beat=0.5, fence=3.0, lost=5.0, hesitate=0.3, flush=0.2)"
PROGRAM = f"""
import sys
from hivehelm.operations import board
{"" if LONG else _PACE}
from hivehelm.cli.hivemind import main
sys.exit(main())
"""
FINAL = ("succeeded", "failed", "cancelled")

CHART = """apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {text: {{ .Values.text }}, revision: {{ .Release.Revision | quote }}}
{{- range $when := list "pre" "post" }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $.Release.Name }}-{{ $when }}
  labels: {counted: "yes", release: {{ $.Release.Name }}}
  annotations:
    helm.sh/hook: {{ $when }}-install,{{ $when }}-upgrade,{{ $when }}-rollback
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: example.com/main}]}}
{{- end }}
"""


class Replica:
    """`hivemind serve` on a port of its own, as often as it is started."""

    def __init__(self, number: int, environ: dict[str, str], log: Path) -> None:
        self.port = choose()
        self._number = number
        self._environ = environ
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    PROGRAM,
                    "serve",
                    "--no-auth",
                    "--port",
                    str(self.port),
                    "--rate",
                    "0",
                ],
                env=self._environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        end = time.monotonic() + 180
        while time.monotonic() < end:
            assert self.process is not None and self.process.poll() is None, self._log.read_text()[-3000:]
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5).close()
                return
            time.sleep(0.1)
        raise AssertionError(self._log.read_text()[-3000:])

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


class World:
    """The replicas, the way to them, and the cluster as it really is."""

    def __init__(self, site: Site, namespace: str, replicas: list[Replica], proxy: RoundRobin) -> None:
        self.site = site
        self.namespace = namespace
        self.replicas = replicas
        self.proxy = proxy
        #: What was accepted: the operations of each release, in their order.
        self.accepted: dict[str, list[dict[str, Any]]] = {}
        self.retried = 0
        self.over = threading.Event()

    def ask(self, method: str, path: str, body: object = None, key: str = "") -> tuple[int, Any]:
        """Return an answer's status and JSON; who is not answered asks again, with the same key."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        end = time.monotonic() + PATIENCE
        while True:
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.proxy.port}{path}",
                data,
                {name: value for name, value in headers.items() if value},
                method=method,
            )
            told: object = None
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                    return answer.status, json.loads(answer.read())
            except urllib.error.HTTPError as error:
                with error:
                    told = error.read()
                if error.code not in (502, 503, 504):
                    return error.code, told
            except (OSError, ValueError, EOFError) as error:
                # Cut off, or never begun: http.client's errors are among these, or below.
                told = error
            except Exception as error:
                told = error
            assert time.monotonic() < end, (method, path, told)
            self.retried += 1
            time.sleep(0.3)

    def change(
        self, release: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Have a release changed, and return the operation once it is over."""
        key = uuid4().hex
        place = f"/api/helm/releases{path}?namespace={self.namespace}"
        status, told = self.ask(method, place, body, key)
        assert status == 202, (status, told)
        operation: dict[str, Any] = told
        again = self.ask(method, place, body, key)
        assert again[0] == 202, again
        assert again[1]["id"] == operation["id"]
        end = time.monotonic() + PATIENCE
        while operation["state"] not in FINAL:
            assert time.monotonic() < end, operation
            time.sleep(0.2)
            status, operation = self.ask("GET", f"/api/helm/operations/{operation['id']}")
            assert status == 200, operation
        self.accepted.setdefault(release, []).append(operation)
        return operation

    def client(self, number: int) -> None:
        """Take releases through their lives until the last replica was killed."""
        round_ = 0
        while not self.over.is_set():
            round_ += 1
            name = f"r{number}-{round_}"
            body = {"chart": "web", "values": {"text": "one"}, "timeout": 120}
            self.change(name, "POST", "", {**body, "name": name})
            self.change(name, "PUT", f"/{name}", {**body, "values": {"text": "two"}})
            self.change(name, "POST", f"/{name}/rollback", {"revision": 1, "timeout": 120})
            if round_ % 2:
                self.change(name, "DELETE", f"/{name}")

    def revisions(self) -> int:
        """Return how many revisions were made."""
        return sum(one["verb"] != "uninstall" for operations in self.accepted.values() for one in operations)

    def hit(self) -> bool:
        """Tell whether anything was taken over so far."""
        return any(one["attempt"] > 1 for operations in [*self.accepted.values()] for one in operations)

    def kills(self) -> None:
        for number in itertools.count():
            # One that was not at work when it was killed tells nothing: then one more is.
            if number >= KILLS and (number > 3 * KILLS or self.hit()):
                break
            time.sleep(PAUSE)
            replica = self.replicas[number % REPLICAS]
            replica.kill()
            time.sleep(1.0)
            replica.start()
        time.sleep(PAUSE)
        self.over.set()


class Count(threading.Thread):
    """Counts the jobs that ever were, by release: a hook that runs twice is made twice."""

    def __init__(self, client: Client, namespace: str) -> None:
        super().__init__(daemon=True)
        self.seen: dict[str, set[str]] = {}
        self._client = client
        self._namespace = namespace
        self._watch: Any = None
        self._closed = False
        self._version = client.list_at("batch/v1", "Job", namespace)[1]

    def run(self) -> None:
        version = self._version
        while not self._closed:
            try:
                watch = self._client.watch("batch/v1", "Job", self._namespace, resource_version=version)
            except KubeError:
                time.sleep(0.1)
                continue
            self._watch = watch
            if self._closed:
                watch.close()
            for kind, job in watch:
                labels = job["metadata"].get("labels") or {}
                if kind == "ADDED" and labels.get("counted"):
                    self.seen.setdefault(labels["release"], set()).add(job["metadata"]["uid"])
            version = watch.resource_version or version

    def close(self) -> None:
        self._closed = True
        if self._watch is not None:
            self._watch.close()
        self.join(10)


@pytest.fixture
def world(cluster: Cluster, tmp_path: Path) -> Iterator[World]:
    chart = tmp_path / "home" / "charts" / "web"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 0.1.0\n")
    (chart / "templates" / "all.yaml").write_text(CHART)
    suffix = uuid4().hex[:8]
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("HELM_", "HIVEMIND_"))},
        "KUBECONFIG": str(cluster.kubeconfig()),
        "HIVEMIND_HOME": str(tmp_path / "home"),
        "HIVEMIND_NAMESPACE": f"platform-{suffix}",
        **{f"HELM_{name}_HOME": str(tmp_path / name) for name in ("CACHE", "CONFIG", "DATA")},
    }
    site = Site.from_environ(environ)
    namespace = f"replicas-{suffix}"
    site.client().create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    replicas = [Replica(number, environ, tmp_path / f"{number}.log") for number in range(REPLICAS)]
    try:
        for replica in replicas:
            replica.start()
        for replica in replicas:
            replica.wait()
        with RoundRobin([replica.port for replica in replicas]) as proxy:
            yield World(site, namespace, replicas, proxy)
    finally:
        for replica in replicas:
            replica.kill()


def test_nothing_is_lost_or_done_twice(world: World) -> None:
    count = Count(world.site.client(), world.namespace)
    count.start()
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        work: list[Callable[[], None]] = [world.kills]
        work += [lambda number=number: world.client(number) for number in range(CLIENTS)]  # type: ignore[misc]
        for done in [pool.submit(each) for each in work]:
            done.result()
    # News of what is over may still be on the way.
    with contextlib.suppress(AssertionError):
        until(lambda: sum(map(len, count.seen.values())) >= 2 * world.revisions())
    count.close()

    everything = [one for operations in world.accepted.values() for one in operations]
    # All that was accepted is over, and well; and there is nothing that nobody asked for.
    assert [one for one in everything if one["state"] != "succeeded"] == []
    status, listed = world.ask("GET", "/api/helm/operations?limit=1000")
    assert status == 200
    assert {one["id"] for one in listed} == {one["id"] for one in everything}
    assert len(everything) == len(listed)

    context = world.site.connect(world.namespace)
    for release, operations in world.accepted.items():
        made = [one["result"]["revision"] for one in operations if one["verb"] != "uninstall"]
        assert made == list(range(1, len(made) + 1)), (release, operations)
        if operations[-1]["verb"] == "uninstall":
            with pytest.raises(ReleaseNotFoundError):
                history(context, release)
        else:
            states = [(one.version, one.info.status) for one in history(context, release)]
            assert states == [
                *((version, "superseded") for version in made[:-1]),
                (made[-1], "deployed"),
            ], (release, operations)
        # Two hooks for each revision, and each of them once.
        assert len(count.seen.get(release, ())) == 2 * len(made), (release, operations)
    # It was about replicas that died at work.
    assert any(one["attempt"] > 1 for one in everything)
    print(
        f"{len(everything)} operations on {len(world.accepted)} releases, {world.retried} requests retried, "
        f"{sum(one['attempt'] > 1 for one in everything)} operations taken over, sent {world.proxy.sent}"
    )
