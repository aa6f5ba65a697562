"""The whole API over a fake cluster, without a server: changes end as a test says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

from hivehelm.actions.context import Context
from hivehelm.api.app import build
from hivehelm.api.auth.identity import Identity
from hivehelm.api.guard import Guard
from hivehelm.api.services import Services
from hivehelm.kube.errors import UnreachableError
from hivehelm.operations.errors import FailedRequestError, problem_of
from hivehelm.operations.memory import MemoryStore
from hivehelm.operations.model import FAILED, SUCCEEDED, Operation, Request
from hivehelm.operations.runner import Runner
from hivehelm.platform.reading import Reader
from hivehelm.platform.repository.opening import open_repository
from hivehelm.platform.site import Site
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.model import Hook, HookExecution, Info, Release
from hivehelm.release.storage import Storage
from hivehelm.server import concealed
from hivehelm.sources.stores import Stores
from hivehelm.testing import FakeCluster

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from hivehelm.kube.client import Client

NOW = "2026-11-21T22:00:00Z"
MANIFEST = """---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {word: WORD, seen: s3cr3t-s3cr3t}
---
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {password: s3cr3t-s3cr3t}
"""


def release(name: str = "web", version: int = 1, status: str = "deployed", **more: Any) -> Release:
    given: dict[str, Any] = {
        "namespace": "default",
        "config": {"replicas": 2.0, "password": "s3cr3t-s3cr3t"},
        "chart_document": {
            "metadata": {"name": "web", "version": "1.2.3"},
            "values": {"replicas": 1.0, "more": True},
        },
        "manifest": MANIFEST.replace("WORD", str(version)),
        "info": Info(status=status, last_deployed=NOW, description="done", notes="log in: s3cr3t-s3cr3t"),
        "hooks": (
            Hook(
                name="t",
                kind="Pod",
                path="t.yaml",
                manifest="kind: Pod\n",
                events=("test",),
                last_run=HookExecution(phase="Succeeded"),
            ),
        ),
    }
    return Release(**{"name": name, "version": version, **given, **more})


class FakeSite(Site):
    """A site of a fake cluster."""

    def __init__(self, base: Path, cluster: FakeCluster) -> None:
        stores = Stores(
            repository_config=str(base / "repositories.yaml"),
            repository_cache=str(base / "cache"),
            content_cache=str(base / "content"),
            outward=True,
        )
        super().__init__(str(base), stores, environ={"HIVEMIND_KEY": ""})
        self.cluster = cluster
        self.connected = cluster.client()

    def client(self, as_user: object = None, as_groups: object = ()) -> Client:
        if not self.cluster.reachable:
            raise UnreachableError("away")
        return self.connected

    def connect(self, namespace: str = "default", *_: object, **__: object) -> Context:
        return Context(self.storage(namespace), self.client(), namespace=namespace)

    def storage(self, namespace: str = "default") -> Storage:
        return Storage(Secrets(self.connected, namespace))


class Scripted(Runner):
    """Ends every operation at once: with `error`, else as the newest revision that is on record."""

    def __init__(self, site: FakeSite) -> None:
        super().__init__(MemoryStore(), ["false"])
        self.site = site
        self.error: Exception | None = None
        self.asleep = False
        self.requests: list[Request] = []
        self.once: dict[str, Any] = {}

    def submit(
        self, request: Request, key: str = "", caller: str = "", *, fingerprint: str = ""
    ) -> Operation:
        self.requests.append(request)
        operation = super().submit(request, key, caller, fingerprint=fingerprint)
        return operation if self.asleep else self.end(operation)

    def end(self, operation: Operation) -> Operation:
        if operation.is_final:
            return operation
        operation = operation.told({"stage": "plan"}, NOW)
        request = operation.request
        if self.error is not None:
            ended = operation.over(FAILED, NOW, problem=problem_of(self.error))
        else:
            result = {
                "name": request.name,
                "namespace": request.namespace,
                "revision": 0,
                "values": {"password": "s3cr3t-s3cr3t"},
            }
            ended = operation.over(SUCCEEDED, NOW, result=result)
        ended = self.store.change(ended)
        self._subscribers.tell(ended)
        return ended

    def run_once(self, request: Request, seconds: float, on_event: Any = None) -> dict[str, Any]:
        self.requests.append(request)
        if self.error is not None:
            raise FailedRequestError(problem_of(self.error))
        return self.once


class Somebody:
    """Lets everybody in as `identity`."""

    def __init__(self) -> None:
        self.identity = Identity(name="eve", role="admin", method="token")

    async def identify(self, request: HTTPConnection) -> Identity:
        return self.identity

    def knows_already(self, request: HTTPConnection) -> bool:
        return True


class Serving:
    """An API, and what is behind it."""

    def __init__(self, base: Path, *, follow: bool = False) -> None:
        self.site = FakeSite(base, FakeCluster())
        self.runner = Scripted(self.site)
        self.who = Somebody()
        guard = Guard.open().replace(authenticator=self.who)
        self.reader = Reader(self.site, follow=follow, conceal=concealed)
        self.services = Services(
            site=self.site,
            reader=self.reader,
            runner=self.runner,
            guard=guard,
            repository=open_repository(str(base / "charts")),
        )
        if follow:
            self.reader.start()
            assert self.reader.ready(10)
        self.client = TestClient(build(self.services), base_url="http://127.0.0.1")

    def create(self, *releases: Release) -> None:
        for one in releases:
            self.site.storage(one.namespace).create(one)
