"""An OCI registry in memory, on loopback, that can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
import threading
from urllib.parse import parse_qs, urlsplit

from hivehelm.testing.chart_repository import ChartRepository, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Self

    from hivehelm.testing.authority import Authority
    from hivehelm.testing.chart_repository import Asked

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.cncf.helm.config.v1+json"
_CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
_PROVENANCE = "application/vnd.cncf.helm.chart.provenance.v1.prov"


class FakeRegistry:
    """Speaks the distribution specification; a context manager.

    ```python
    with FakeRegistry(users={"bob": "secret"}, tokens=True) as registry:
        registry.add_chart("charts/demo", "1.2.0", archive)
        main(["pull", f"oci://{registry.address}/charts/demo", "--plain-http"])
        assert registry.asked("/token")
    ```

    Args:
        users: passwords by name; everybody is let in without.
        tokens: ask for bearer tokens, which are to be had at `/token`, and not for basic authentication.
        refresh: a refresh token that the token service takes, too.
        page: how many tags a page lists; all of them if 0.
        tls: who signs the certificate to serve HTTPS with. Plain HTTP without.
        realm: where tokens are said to be had, if not here.
        storage: a URL that blobs are redirected to, with their digest and a signature behind it.

    Attributes:
        blobs: content by digest.
        manifests: media type and content by repository, and tag or digest.
        replies: what to answer in place of a path; may be changed at any time.
        intercept: asked first what to answer to a request; None for what a registry would.
    """

    def __init__(
        self,
        *,
        users: Mapping[str, str] | None = None,
        tokens: bool = False,
        refresh: str = "",
        page: int = 0,
        tls: Authority | None = None,
        realm: str = "",
        storage: str = "",
    ) -> None:
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, dict[str, tuple[str, bytes]]] = {}
        self.intercept: Callable[[Asked], Reply | None] | None = None
        self.storage = storage
        self._users = dict(users or {})
        self._bearer = tokens
        self._refresh = refresh
        self._page = page
        self._lock = threading.Lock()
        self._scratch = tempfile.TemporaryDirectory(prefix="hivehelm-registry-")
        self._server = ChartRepository(self._scratch.name, tls=tls, choose=self._choose)
        self.replies = self._server.replies
        self._realm = realm or f"{self._server.url}/token"

    @property
    def address(self) -> str:
        """Host and port, as in `oci://host:port/charts/demo`."""
        return f"127.0.0.1:{self._server.port}"

    @property
    def requests(self) -> list[Asked]:
        """What was asked, in order."""
        return self._server.requests

    def asked(self, path: str) -> list[Asked]:
        """Return the requests for a path, whatever their query."""
        return self._server.asked(path)

    def add_blob(self, data: bytes) -> str:
        """Keep content; return its digest."""
        digest = _digest(data)
        self.blobs[digest] = data
        return digest

    def add_manifest(self, repository: str, tag: str, document: Any, media_type: str = _MANIFEST) -> str:
        """Keep a manifest, JSON or bytes, under a tag; return its digest."""
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        digest = _digest(data)
        known = self.manifests.setdefault(repository, {})
        known[digest] = known[tag] = (media_type, data)
        return digest

    def add_chart(
        self, repository: str, tag: str, archive: bytes, *, prov: bytes | None = None, config: bytes = b"{}"
    ) -> str:
        """Keep a chart's archive as Helm pushes it; return the manifest's digest."""
        layers = [self.layer(_CHART, archive)]
        if prov is not None:
            layers.append(self.layer(_PROVENANCE, prov))
        document = {"schemaVersion": 2, "config": self.layer(_CONFIG, config), "layers": layers}
        return self.add_manifest(repository, tag, document)

    def layer(self, media_type: str, data: bytes) -> dict[str, Any]:
        """Keep content; return the descriptor that points to it."""
        return {"mediaType": media_type, "digest": self.add_blob(data), "size": len(data)}

    def _choose(self, asked: Asked) -> Reply | None:
        if self.intercept is not None and (reply := self.intercept(asked)) is not None:
            return reply
        path = urlsplit(asked.path).path
        if path in self.replies:
            return None
        with self._lock:
            if path == "/token":
                return self._token(asked)
            return self._refused(asked) or self._answer(asked, path)

    def _refused(self, asked: Asked) -> Reply | None:
        if not self._users:
            return None
        said = asked.headers.get("authorization", "")
        if self._bearer:
            wanted = self._scope(asked)
            if said.startswith("Bearer ") and said.removeprefix("Bearer ") in (
                f"token for {wanted}",
                "access",
            ):
                return None
            challenge = f'Bearer realm="{self._realm}",service="fake",scope="{wanted}"'
        else:
            if self._user(said):
                return None
            challenge = 'Basic realm="fake"'
        return _error(401, "UNAUTHORIZED", "authentication required", {"www-authenticate": challenge})

    @staticmethod
    def _scope(asked: Asked) -> str:
        name = urlsplit(asked.path).path.removeprefix("/v2/")
        for part in ("/manifests/", "/blobs/", "/tags/"):
            name = name.partition(part)[0]
        if not name:
            return ""
        return f"repository:{name}:{'pull' if asked.method in ('GET', 'HEAD') else 'pull,push'}"

    def _user(self, said: str) -> str:
        if not said.startswith("Basic "):
            return ""
        name, _, password = base64.b64decode(said.removeprefix("Basic ")).decode().partition(":")
        return name if self._users.get(name) == password else ""

    def _token(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
            known = self._refresh and form.get("refresh_token") == self._refresh
            known = known or self._users.get(form.get("username", "")) == form.get("password", "")
            scopes = form.get("scope", "")
        else:
            known = bool(self._user(asked.headers.get("authorization", "")))
            scopes = " ".join(parse_qs(urlsplit(asked.path).query).get("scope", []))
        if not known:
            return _error(401, "UNAUTHORIZED", "who is that?")
        return _document({"token": f"token for {scopes}", "access_token": f"token for {scopes}"})

    def _answer(self, asked: Asked, path: str) -> Reply:
        if path == "/v2/":
            return _document({})
        repository, _, name = path.removeprefix("/v2/").rpartition("/")
        if path.endswith("/tags/list"):
            return self._tags(asked, repository.removesuffix("/tags"))
        if repository.endswith("/manifests"):
            return self._manifest(asked, repository.removesuffix("/manifests"), name)
        if repository.endswith("/blobs/uploads"):
            return self._upload(asked, path)
        return self._blob(asked, name)

    def _tags(self, asked: Asked, repository: str) -> Reply:
        if repository not in self.manifests:
            return _error(404, "NAME_UNKNOWN", "repository name not known to registry")
        tags = sorted(tag for tag in self.manifests[repository] if ":" not in tag)
        query = parse_qs(urlsplit(asked.path).query)
        if last := query.get("last", [""])[0]:
            tags = tags[tags.index(last) + 1 :]
        headers = {}
        if self._page and len(tags) > self._page:
            tags = tags[: self._page]
            headers["link"] = f'</v2/{repository}/tags/list?n={self._page}&last={tags[-1]}>; rel="next"'
        return _document({"name": repository, "tags": tags}, headers)

    def _manifest(self, asked: Asked, repository: str, reference: str) -> Reply:
        if asked.method == "PUT":
            digest = self.add_manifest(
                repository, reference, asked.body, asked.headers.get("content-type", "")
            )
            return Reply(status=201, headers={"docker-content-digest": digest})
        found = self.manifests.get(repository, {}).get(reference)
        if found is None:
            return _error(404, "MANIFEST_UNKNOWN", "manifest unknown")
        media_type, data = found
        headers = {"content-type": media_type, "docker-content-digest": _digest(data)}
        return Reply(headers=headers, body=data)

    def _upload(self, asked: Asked, path: str) -> Reply:
        if asked.method == "POST":
            return Reply(status=202, headers={"location": f"{path}1?state=a%2Fb"})
        digest = parse_qs(urlsplit(asked.path).query).get("digest", [""])[0]
        if self.add_blob(asked.body) != digest:
            return _error(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        return Reply(status=201, headers={"docker-content-digest": digest})

    def _blob(self, asked: Asked, digest: str) -> Reply:
        if (data := self.blobs.get(digest)) is None:
            return _error(404, "BLOB_UNKNOWN", "blob unknown to registry")
        if self.storage and asked.method == "GET":
            return Reply(status=307, headers={"location": f"{self.storage}/{digest}?signature=secret"})
        return Reply(headers={"content-type": "application/octet-stream"}, body=data)

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *given: Any) -> None:
        self._server.__exit__(*given)
        self._scratch.cleanup()


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _document(body: Any, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(
        headers={"content-type": "application/json", **(headers or {})}, body=json.dumps(body).encode()
    )


def _error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    reply = _document({"errors": [{"code": code, "message": message}]}, headers)
    return reply.replace(status=status)
