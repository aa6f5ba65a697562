"""pull and push through the real Helm and ours, on a registry that misbehaves."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
from pathlib import Path

import pytest
from tests.conformance.running import run_helm, run_ours

from hivehelm.testing import FakeRegistry, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.testing import Asked

CONFIG = b'{"name": "demo", "version": "1.0.0", "apiVersion": "v2"}'
CHART_TYPE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
CONFIG_TYPE = "application/vnd.cncf.helm.config.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
REFERENCE = "/v2/c/demo/manifests/1.0.0"


def _archive() -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        data = b"apiVersion: v2\nname: demo\nversion: 1.0.0\n"
        entry = tarfile.TarInfo("demo/Chart.yaml")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(raw.getvalue(), mtime=0)


ARCHIVE = _archive()
LAYER = hashlib.sha256(ARCHIVE).hexdigest()
BLOB = f"/v2/c/demo/blobs/sha256:{LAYER}"


def reply(path: str, **options: Any) -> Callable[[FakeRegistry], None]:
    """Return what makes a registry answer to a path in a way of its own."""

    def change(registry: FakeRegistry) -> None:
        registry.replies[path] = Reply(**options)

    return change


def document(
    config: object = None, layers: object = None, media_type: str = MANIFEST_TYPE, **more: object
) -> Callable[[FakeRegistry], None]:
    """Return what gives a registry another manifest; strings are descriptors with something changed."""

    def change(registry: FakeRegistry) -> None:
        body = {
            "schemaVersion": 2,
            "config": registry.layer(CONFIG_TYPE, CONFIG) if config is None else config,
            "layers": [registry.layer(CHART_TYPE, ARCHIVE)] if layers is None else layers,
            **more,
        }
        registry.add_manifest("c/demo", "1.0.0", body, media_type)

    return change


def layer(**changes: object) -> dict[str, object]:
    return {"mediaType": CHART_TYPE, "digest": f"sha256:{LAYER}", "size": len(ARCHIVE), **changes}


def raw(data: bytes, media_type: str = MANIFEST_TYPE) -> Callable[[FakeRegistry], None]:
    def change(registry: FakeRegistry) -> None:
        registry.add_manifest("c/demo", "1.0.0", data, media_type)

    return change


def tags(*names: str) -> Callable[[FakeRegistry], None]:
    def change(registry: FakeRegistry) -> None:
        for name in names:
            registry.add_manifest("c/demo", name, {})

    return change


def headers(path: str, **given: str) -> Callable[[FakeRegistry], None]:
    """Return what changes headers of the answer to a path; "" takes one away."""

    def change(registry: FakeRegistry) -> None:
        def intercept(asked: Asked) -> Reply | None:
            if asked.path != path:
                return None
            found = registry._answer(asked, path)
            kept = {**found.headers, **{name.replace("_", "-"): value for name, value in given.items()}}
            return found.replace(headers={name: value for name, value in kept.items() if value})

        registry.intercept = intercept

    return change


def index(registry: FakeRegistry) -> None:
    """Put an index above the manifest."""
    _, data = registry.manifests["c/demo"]["1.0.0"]
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    body = {"manifests": [{"mediaType": MANIFEST_TYPE, "digest": digest, "size": len(data)}]}
    registry.add_manifest("c/demo", "1.0.0", body, INDEX_TYPE)


def loop(registry: FakeRegistry) -> None:
    body = {"manifests": [{"mediaType": INDEX_TYPE, "digest": f"sha256:{'0' * 64}", "size": 10}]}
    registry.add_manifest("c/demo", "1.0.0", body, INDEX_TYPE)


SIGNED = [
    {"mediaType": "application/vnd.cncf.helm.chart.provenance.v1.prov", "digest": "sha256:1", "size": 1}
]
ZERO = f"sha256:{'0' * 64}"
PULL = "pull oci://{a}/c/demo --version 1.0.0 --plain-http"
LATEST = "pull oci://{a}/c/demo --plain-http"
PUSH = "push demo.tgz oci://{a}/c --plain-http"
UPLOADS = "/v2/c/demo/blobs/uploads/"

CASES: list[tuple[str, Callable[[FakeRegistry], None]]] = [
    (PULL, lambda _: None),
    (f"{PULL} --prov", lambda _: None),
    ("pull oci://{a}/c/demo:1.0.0 --plain-http", lambda _: None),
    ("pull oci://{a}/c/demo:1.0.0 --version 2.0.0 --plain-http", lambda _: None),
    ("pull oci://{a}/c/demo --version ^1 --plain-http", tags("1.2.0", "1.10.0", "2.0.0", "1.11.0-rc.1")),
    ("pull oci://{a}/c/demo --version 9 --plain-http", tags("v10.0.0", "latest", "9.0.0_build.1")),
    ("pull oci://{a}/c/demo --version x --plain-http", lambda _: None),
    (f"pull oci://{{a}}/c/demo@{ZERO} --plain-http", lambda _: None),
    ("pull oci://{a}/c/demo@sha256:1 --plain-http", lambda _: None),
    (LATEST, tags("latest", "x", "1")),
    (LATEST, tags("0.9.0", "1.0.0_b")),
    ("pull oci://{a}/c/nosuch --plain-http", lambda _: None),
    ("pull oci://{a}/c/nosuch --plain-http --version 1.0.0", lambda _: None),
    (LATEST, reply("/v2/c/demo/tags/list", body=b"{")),
    (LATEST, reply("/v2/c/demo/tags/list", body=b"")),
    (LATEST, reply("/v2/c/demo/tags/list", body=b'{"tags": null}')),
    (LATEST, reply("/v2/c/demo/tags/list", body=b'{"tags": "x"}')),
    (LATEST, reply("/v2/c/demo/tags/list", body=b'{"tags": [1]}')),
    (LATEST, reply("/v2/c/demo/tags/list", body=b"[]")),
    (LATEST, reply("/v2/c/demo/tags/list", body=b'{"tags": ["1.0.0"]}', headers={"link": "x"})),
    (LATEST, reply("/v2/c/demo/tags/list", body=b'{"tags": ["1.0.0"]}', headers={"link": "<x"})),
    (LATEST, reply("/v2/c/demo/tags/list", body=b'{"tags": []}', headers={"link": "<http://e.invalid/>"})),
    (LATEST, reply("/v2/c/demo/tags/list", body=b'{"tags": []}', headers={"link": "<:>"})),
    (PULL, reply(REFERENCE, status=400, body=b"no")),
    (PULL, reply(REFERENCE, status=403, body=b'{"errors": [{"code": "DENIED"}]}')),
    (
        PULL,
        reply(
            REFERENCE, status=403, body=b'{"errors": [{"code": "A_B", "message": "m", "detail": [1]}, {}]}'
        ),
    ),
    (PULL, reply(REFERENCE, status=403, body=b'{"errors": []}')),
    (PULL, reply(REFERENCE, status=403, body=b'{"errors": "x"}')),
    (PULL, reply(REFERENCE, status=418)),
    (PULL, reply(REFERENCE, status=299)),
    (PULL, reply(REFERENCE, status=302, headers={"location": ":x"})),
    (PULL, reply(REFERENCE, status=302)),
    (PULL, reply(REFERENCE, status=401)),
    (PULL, reply(REFERENCE, status=401, headers={"www-authenticate": "Digest x"})),
    (PULL, reply(REFERENCE, status=401, headers={"www-authenticate": "Basic"})),
    (PULL, reply(REFERENCE, status=401, headers={"www-authenticate": "Bearer"})),
    (PULL, reply(REFERENCE, status=401, headers={"www-authenticate": 'Bearer realm="ftp://x/y"'})),
    (PULL, reply(REFERENCE, status=401, headers={"www-authenticate": 'Bearer realm="http://10.0.0.1/y"'})),
    (PULL, reply(REFERENCE, status=401, headers={"www-authenticate": 'Bearer realm="http://%zz"'})),
    (PULL, headers(REFERENCE, content_type="")),
    (PULL, headers(REFERENCE, content_type="text/plain")),
    (PULL, headers(REFERENCE, docker_content_digest="")),
    (PULL, headers(REFERENCE, docker_content_digest="x")),
    (PULL, headers(REFERENCE, docker_content_digest=ZERO)),
    (PULL, headers(BLOB, docker_content_digest=ZERO)),
    (PULL, headers(BLOB, docker_content_digest="md5:1")),
    (PULL, reply(BLOB, status=404)),
    (PULL, reply(BLOB, status=403)),
    (PULL, reply(BLOB, body=ARCHIVE[:-1])),
    (PULL, reply(BLOB, body=ARCHIVE + b"x")),
    (PULL, reply(BLOB, body=ARCHIVE[:-1] + b"x")),
    (PULL, reply(BLOB, body=ARCHIVE, chunked=True)),
    (PULL, reply(BLOB, body=ARCHIVE[:-1], chunked=True)),
    (PULL, reply(BLOB, body=ARCHIVE + b"x", chunked=True)),
    (PULL, reply(BLOB, body=ARCHIVE, cut=20)),
    (PULL, reply(BLOB, raw=b"nonsense\r\n\r\n")),
    (PULL, reply(BLOB, raw=b"")),
    (PULL, raw(b"")),
    (PULL, raw(b"{")),
    (PULL, raw(b"null")),
    (PULL, raw(b"[]")),
    (PULL, raw(b"{}")),
    (PULL, raw(b"{}", "application/octet-stream")),
    (PULL, document(media_type="application/vnd.docker.distribution.manifest.v2+json")),
    (PULL, document(config={"mediaType": "x", "digest": f"sha256:{LAYER}", "size": len(ARCHIVE)})),
    (PULL, document(layers=[])),
    (PULL, document(layers=None, config={})),
    (PULL, document(layers=[layer(size=0)])),
    (PULL, document(layers=[layer(size=-1)])),
    (PULL, document(layers=[layer(size=1)])),
    (PULL, document(layers=[layer(digest="")])),
    (PULL, document(layers=[layer(digest="sha256:xyz")])),
    (PULL, document(layers=[layer(digest=ZERO)])),
    (PULL, document(layers=[layer(mediaType="application/tar+gzip")])),
    (PULL, document(layers=[layer(mediaType="x")])),
    (PULL, document(layers=[layer(mediaType="application/vnd.oci.image.layer.nondistributable.v1.tar")])),
    (PULL, document(layers=[layer(), layer(mediaType="text/plain", digest=ZERO)])),
    (PULL, document(subject={"mediaType": "x", "digest": ZERO, "size": 1})),
    (f"{PULL} --prov", document(layers=[layer(), *SIGNED])),
    (PULL, index),
    (PULL, loop),
    (PUSH, lambda _: None),
    (PUSH, reply(UPLOADS, status=403, body=b'{"errors": [{"code": "DENIED", "message": "read only"}]}')),
    (PUSH, reply(UPLOADS, status=200)),
    (PUSH, reply(UPLOADS, status=202)),
    (PUSH, reply(UPLOADS, status=202, headers={"location": "http://other.invalid/x"})),
    (PUSH, reply(UPLOADS, status=202, headers={"location": "http://127.0.0.1:1/x"})),
    (PUSH, reply(UPLOADS, status=202, headers={"location": ":"})),
    (PUSH, reply(f"{UPLOADS}1", status=400, body=b'{"errors": [{"code": "DIGEST_INVALID"}]}')),
    (PUSH, reply(f"{UPLOADS}1", status=200)),
    (PUSH, reply("/v2/c/demo/manifests/1.0.0", status=409)),
    (PUSH, reply("/v2/c/demo/manifests/1.0.0", status=201, headers={"docker-content-digest": ZERO})),
    (PUSH, reply("/v2/c/demo/manifests/1.0.0", status=201, headers={"docker-content-digest": "x"})),
]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_registry_that_misbehaves(helm: Path, tmp_path: Path, number: int) -> None:
    line, change = CASES[number]
    results = []
    for ours in (False, True):
        top = tmp_path / ("ours" if ours else "helm")
        top.mkdir()
        (top / "demo.tgz").write_bytes(ARCHIVE)
        os.utime(top / "demo.tgz", (0, 1_600_000_000))
        with FakeRegistry() as registry:
            if "pull" in line:
                registry.add_chart("c/demo", "1.0.0", ARCHIVE, config=CONFIG)
            change(registry)
            argv = line.replace("{a}", registry.address).split()
            code, out, err = (run_ours if ours else run_helm)(helm, argv, b"", top, _environment(top))
            said = [_masked(text, registry.address) for text in (out, err)]
        left = {path.name: path.read_bytes() for path in top.iterdir() if path.is_file()}
        results.append((code, *said, left))
    assert results[1] == results[0]


def _environment(top: Path) -> dict[str, str]:
    return {"HOME": str(top / "home"), "PATH": os.environ["PATH"]}


def _masked(text: str, address: str) -> str:
    # Blobs go out side by side: any may be the first to fail.
    return re.sub("digest=sha256%3A[0-9a-f]+", "digest=any", text.replace(address, "host"))


def _login(top: Path, address: str, entry: dict[str, str]) -> None:
    path = top / "home" / ".config" / "helm" / "registry" / "config.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"auths": {address: entry}}))


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"username": "bob", "password": "secret"},
        {"username": "bob", "password": "wrong"},
        {"identitytoken": "again"},
        {"identitytoken": "wrong"},
        {"registrytoken": "access"},
        {"username": "bob"},
    ],
)
@pytest.mark.parametrize("line", [PULL, LATEST, PUSH])
def test_tokens(helm: Path, tmp_path: Path, line: str, entry: dict[str, str]) -> None:
    """The same credentials bring the same tokens."""
    results = []
    for ours in (False, True):
        top = tmp_path / ("ours" if ours else "helm")
        top.mkdir()
        (top / "demo.tgz").write_bytes(ARCHIVE)
        os.utime(top / "demo.tgz", (0, 1_600_000_000))
        with FakeRegistry(users={"bob": "secret"}, tokens=True, refresh="again") as registry:
            registry.add_chart("c/demo", "1.0.0", ARCHIVE, config=CONFIG)
            _login(top, registry.address, entry)
            argv = line.replace("{a}", registry.address).split()
            code, out, err = (run_ours if ours else run_helm)(helm, argv, b"", top, _environment(top))
            said = [text.replace(registry.address, "host") for text in (out, err)]
            asked = sorted({(one.method, one.path, one.body) for one in registry.asked("/token")})
        results.append((code, *said, asked))
    assert results[1] == results[0]
