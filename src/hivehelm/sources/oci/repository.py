"""One repository of a registry: its manifests, blobs and tags (the distribution specification, oras-go)."""

from __future__ import annotations

from hivehelm.sources.oci import scopes, taglist
from hivehelm.sources.oci.content import verified
from hivehelm.sources.oci.errors import (
    BadAnswerError,
    InvalidReferenceError,
    MissingContentError,
    RegistryError,
)
from hivehelm.sources.oci.headers import check_digest, check_type, described
from hivehelm.sources.oci.manifest import MANIFESTS, MAX_MANIFEST, Descriptor
from hivehelm.sources.oci.refusals import refusal
from hivehelm.sources.oci.uploads import upload_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.sources.oci.authorization import Authorization
    from hivehelm.sources.oci.exchange import Answer
    from hivehelm.sources.oci.reference import Target

_ACCEPT = ", ".join(MANIFESTS)
_MAX_PAGES = 1_000
_MAX_TAGS = 1_000_000


class Repository:
    """Requests about one repository; `hints` are actions that every token shall allow, whatever is asked."""

    def __init__(
        self,
        authorization: Authorization,
        target: Target,
        *,
        plain_http: bool = False,
        hints: tuple[str, ...] = (),
    ) -> None:
        self._authorization = authorization
        self._target = target
        self._hints = hints
        scheme = "http" if plain_http else "https"
        self._base = f"{scheme}://{target.host.removesuffix(':')}/v2/{target.repository}"

    def _send(
        self,
        method: str,
        path: str,
        *,
        actions: tuple[str, ...] = scopes.PULL,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        repeat: bool = True,
    ) -> Answer:
        url = path if "://" in path else f"{self._base}/{path}"
        scope = scopes.repository(self._target.repository, (*self._hints, *actions))
        return self._authorization.send(
            method, url, headers=headers, body=body, scopes=[scope], repeat=repeat
        )

    def resolve(self, reference: str) -> Descriptor:
        """Return what a tag or digest stands for.

        Raises:
            MissingContentError: the registry does not have it.
            RegistryError, HttpError: it does not say.
        """
        answer = self._send("HEAD", f"manifests/{_given(reference)}", headers={"Accept": _ACCEPT})
        self._check(answer, str(self._target.at(reference)))
        answer.close()
        return described(answer, reference, None)

    def manifest(self, reference: str) -> tuple[Descriptor, bytes]:
        """Return what a tag or digest stands for, and its content, unverified.

        Raises:
            MissingContentError: the registry does not have it.
            RegistryError, HttpError: as `resolve`.
        """
        answer = self._send("GET", f"manifests/{_given(reference)}", headers={"Accept": _ACCEPT})
        self._check(answer, str(self._target.at(reference)))
        if answer.length is None:
            found = self.resolve(reference)
            return found, answer.head(MAX_MANIFEST + 1)
        data = answer.head(MAX_MANIFEST + 1)
        return described(answer, reference, data), data

    def fetch(self, wanted: Descriptor, limit: int) -> bytes:
        """Return the content of a descriptor, verified.

        Raises:
            MissingContentError: the registry does not have it.
            ContentError: what comes is not it, or it is larger than `limit` bytes.
            RegistryError, HttpError: it does not come.
        """
        if wanted.media_type in MANIFESTS:
            answer = self._send("GET", f"manifests/{wanted.digest}", headers={"Accept": wanted.media_type})
            self._check(answer, wanted.digest)
            check_type(answer, wanted.media_type)
        else:
            answer = self._send("GET", f"blobs/{wanted.digest}")
            self._check(answer, wanted.digest)
        try:
            if answer.length is not None and answer.length != wanted.size:
                raise BadAnswerError(answer.method, answer.shown, "mismatch Content-Length")
            check_digest(answer, wanted.digest)
            return verified(answer, wanted, limit)
        finally:
            answer.close()

    def exists(self, wanted: Descriptor) -> bool:
        """Tell whether the registry has what a descriptor says.

        Raises:
            RegistryError, HttpError: it does not say.
        """
        if wanted.media_type in MANIFESTS:
            try:
                self.resolve(wanted.digest)
            except MissingContentError:
                return False
            return True
        answer = self._send("HEAD", f"blobs/{wanted.digest}")
        if answer.status == 404:
            answer.close()
            return False
        self._check(answer, "")
        answer.close()
        if answer.length is None:
            raise BadAnswerError(answer.method, answer.shown, "unknown response Content-Length")
        check_digest(answer, wanted.digest)
        return True

    def upload(self, one: Descriptor, data: bytes) -> None:
        """Bring a blob to the registry, in one piece.

        Raises:
            RegistryError, HttpError: it was not taken.
        """
        answer = self._send("POST", "blobs/uploads/", actions=scopes.PUSH)
        if answer.status != 202:
            raise refusal(answer)
        answer.close()
        url = upload_url(answer, f"{self._base}/blobs/uploads/", one.digest)
        headers = {"Content-Type": "application/octet-stream"}
        done = self._send("PUT", url, actions=scopes.PUSH, headers=headers, body=data, repeat=False)
        if done.status != 201:
            raise refusal(done)
        done.close()

    def put(self, one: Descriptor, data: bytes, reference: str) -> None:
        """Bring a manifest to the registry, under a tag or its digest.

        Raises:
            RegistryError, HttpError: it was not taken.
        """
        headers = {"Content-Type": one.media_type}
        path = f"manifests/{reference}"
        answer = self._send("PUT", path, actions=scopes.PUSH, headers=headers, body=data)
        if answer.status != 201:
            raise refusal(answer)
        answer.close()
        check_digest(answer, one.digest)

    def delete(self, one: Descriptor) -> None:
        """Forget a manifest, and the tags that stand for it.

        Raises:
            MissingContentError: the registry does not have it.
            RegistryError, HttpError: it does not do that.
        """
        answer = self._send("DELETE", f"manifests/{one.digest}", actions=scopes.DELETE)
        if answer.status == 404:
            answer.close()
            raise MissingContentError(one.digest)
        if answer.status not in (200, 202, 204):
            raise refusal(answer)
        answer.close()

    def tags(self) -> Iterator[list[str]]:
        """Yield the repository's tags, page by page.

        Raises:
            RegistryError, HttpError: the registry does not list them.
        """
        url = f"{self._base}/tags/list"
        count = 0
        seen: set[str] = set()
        for _ in range(_MAX_PAGES):
            seen.add(url)
            answer = self._send("GET", url)
            if answer.status != 200:
                raise refusal(answer)
            page = taglist.tags(answer)
            count += len(page)
            if count > _MAX_TAGS:
                raise RegistryError(f"tag listing exceeded {_MAX_TAGS} tags: size exceeds limit")
            yield page
            if not (link := answer.headers.get("link", "")):
                return
            url = taglist.next_page(link, answer)
            if url in seen:
                raise RegistryError("tag listing comes back to a page that was read: too many pages")
        raise RegistryError(f"tag listing exceeded {_MAX_PAGES} pages: too many pages")

    def _check(self, answer: Answer, name: str) -> None:
        if answer.status == 404:
            answer.close()
            raise MissingContentError(name)
        if answer.status != 200:
            raise refusal(answer)


def _given(reference: str) -> str:
    if not reference:
        raise InvalidReferenceError
    return reference
