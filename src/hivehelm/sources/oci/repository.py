"""One repository of a registry: its manifests, blobs and tags (the distribution specification, oras-go)."""

from __future__ import annotations

from hivehelm.sources.oci import scopes
from hivehelm.sources.oci.digests import DigestError, hasher, validate
from hivehelm.sources.oci.errors import (
    BadAnswerError,
    ContentError,
    InvalidReferenceError,
    MissingContentError,
    RegistryError,
)
from hivehelm.sources.oci.manifest import MANIFESTS, MAX_MANIFEST, Descriptor
from hivehelm.sources.oci.reference import is_digest
from hivehelm.sources.oci.refusals import refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.sources.oci.authorization import Authorization
    from hivehelm.sources.oci.exchange import Answer
    from hivehelm.sources.oci.reference import Target

_DIGEST = "docker-content-digest"
_ACCEPT = ", ".join(MANIFESTS)
_MAX_PAGE = 4 << 20
_MAX_PAGES = 10_000


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
        return _described(answer, reference, None)

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
        return _described(answer, reference, data), data

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
            _check_type(answer, wanted.media_type)
        else:
            answer = self._send("GET", f"blobs/{wanted.digest}")
            self._check(answer, wanted.digest)
        try:
            if answer.length is not None and answer.length != wanted.size:
                raise BadAnswerError(answer.method, answer.shown, "mismatch Content-Length")
            _check_digest(answer, wanted.digest)
            return _verified(answer, wanted, limit)
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
        _check_digest(answer, wanted.digest)
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
        url = _upload_url(answer, f"{self._base}/blobs/uploads/", one.digest)
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
        _check_digest(answer, one.digest)

    def tags(self) -> Iterator[list[str]]:
        """Yield the repository's tags, page by page.

        Raises:
            RegistryError, HttpError: the registry does not list them.
        """
        url = f"{self._base}/tags/list"
        for _ in range(_MAX_PAGES):
            answer = self._send("GET", url)
            if answer.status != 200:
                raise refusal(answer)
            yield _tags(answer)
            if not (link := answer.headers.get("link", "")):
                return
            url = _next_page(link, answer)
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


def _media_type(answer: Answer) -> tuple[str, str]:
    """Return the media type of an answer and, where it has none, what is wrong with the header."""
    header = answer.headers.get("content-type", "")
    media_type = header.partition(";")[0].strip().lower()
    if not media_type:
        return "", "mime: no media type"
    if media_type.count("/") > 1 or media_type.endswith("/") or media_type.startswith("/"):
        return "", "mime: unexpected content after media type" if media_type[
            0
        ] != "/" else "mime: no media type"
    return media_type, ""


def _check_type(answer: Answer, wanted: str) -> None:
    from hivehelm.golang.fmt import quote

    media_type, problem = _media_type(answer)
    if problem:
        answer.close()
        raise BadAnswerError(answer.method, answer.shown, f"invalid response Content-Type: {problem}")
    if media_type != wanted:
        answer.close()
        text = f"mismatch response Content-Type {quote(media_type)}: expect {quote(wanted)}"
        raise BadAnswerError(answer.method, answer.shown, text)


def _described(answer: Answer, reference: str, data: bytes | None) -> Descriptor:
    """Return what the headers of an answer say of a manifest, and its content where they do not."""

    media_type, problem = _media_type(answer)
    if problem:
        text = f"invalid response `Content-Type` header; {problem}"
        raise BadAnswerError(answer.method, answer.shown, text)
    if answer.length is None:
        raise BadAnswerError(answer.method, answer.shown, "unknown response Content-Length")
    asked = reference if is_digest(reference) else ""
    said = answer.headers.get(_DIGEST, "")
    if said:
        try:
            validate(said)
        except DigestError as error:
            text = f"invalid response header value: `Docker-Content-Digest: {said}`; {error}"
            raise BadAnswerError(answer.method, answer.shown, text) from None
    elif data is not None:
        from hivehelm.sources.oci.digests import of

        said = of(data)
    elif not asked:
        raise RegistryError('HTTP HEAD request missing required header "Docker-Content-Digest"')
    else:
        said = asked
    if asked and said != asked:
        raise _other_digest(answer, said, asked)
    return Descriptor(media_type=media_type, digest=said, size=answer.length)


def _check_digest(answer: Answer, wanted: str) -> None:
    said = answer.headers.get(_DIGEST, "")
    if not said:
        return
    try:
        validate(said)
    except DigestError:
        text = f"invalid response header: `Docker-Content-Digest: {said}`"
        raise BadAnswerError(answer.method, answer.shown, text) from None
    if said != wanted:
        raise _other_digest(answer, said, wanted)


def _other_digest(answer: Answer, said: str, wanted: str) -> BadAnswerError:
    from hivehelm.golang.fmt import quote

    text = (
        "invalid response; digest mismatch in Docker-Content-Digest: "
        f"received {quote(said)} when expecting {quote(wanted)}"
    )
    return BadAnswerError(answer.method, answer.shown, text)


def _verified(answer: Answer, wanted: Descriptor, limit: int) -> bytes:
    """Read what a descriptor promises: hashed once, while it comes in."""
    from hivehelm.http.errors import BodyError

    if wanted.size < 0:
        raise ContentError("invalid descriptor size")
    try:
        validate(wanted.digest)
    except DigestError as error:
        raise ContentError(f"read failed: failed to validate {wanted.digest}: {error}") from None
    if wanted.size > limit:
        raise ContentError(f"content size {wanted.size} exceeds the limit of {limit} bytes: {wanted.digest}")
    hashed = hasher(wanted.digest)
    data = bytearray()
    try:
        for piece in answer.chunks():
            hashed.update(piece)
            data += piece
            if len(data) > wanted.size:
                raise ContentError("trailing data")
    except BodyError as error:
        if str(error) != "unexpected EOF":
            raise ContentError(f"read failed: {error}") from None
    if len(data) < wanted.size:
        raise ContentError(
            f"read failed: expected content size of {wanted.size}, got {len(data)}, "
            f"for digest {wanted.digest}: unexpected EOF"
        )
    if hashed.hexdigest() != wanted.digest.partition(":")[2]:
        raise ContentError("mismatched digest")
    return bytes(data)


def verify(data: bytes, wanted: Descriptor) -> None:
    """Take content that is here already for what a descriptor says.

    Raises:
        ContentError: it is not.
    """
    if wanted.size > MAX_MANIFEST:
        raise ContentError(
            f"read failed: content size {wanted.size} exceeds push size limit {MAX_MANIFEST}: "
            "size exceeds limit"
        )
    if len(data) < wanted.size:
        raise ContentError(
            f"read failed: expected content size of {wanted.size}, got {len(data)}, "
            f"for digest {wanted.digest}: unexpected EOF"
        )
    if len(data) > wanted.size:
        raise ContentError("trailing data")
    hashed = hasher(wanted.digest)
    hashed.update(data)
    if hashed.hexdigest() != wanted.digest.partition(":")[2]:
        raise ContentError("mismatched digest")


def _upload_url(answer: Answer, asked: str, digest: str) -> str:
    """Return where a blob goes: where the answer says, which must be the registry itself.

    Raises:
        RegistryError: it is somewhere else, or nowhere.
    """
    from urllib.parse import quote_plus

    from hivehelm.golang.fmt import quote
    from hivehelm.golang.url import URLError, parse
    from hivehelm.http.redirects import port

    location = answer.headers.get("location", "")
    if not location:
        raise RegistryError("http: no Location header in response")
    try:
        target = parse(answer.url).resolve(parse(location))
    except URLError as error:
        raise RegistryError(str(error)) from None
    start = parse(asked)
    if target.hostname() != start.hostname() or (
        port(target) != port(start) and not (target.host == target.hostname() and port(start) == "443")
    ):
        raise RegistryError(
            f"blob upload Location {quote(target.host)} is on a different host than the registry "
            f"{quote(start.host)}"
        )
    if start.scheme == "https" and target.scheme != "https":
        raise RegistryError(f"blob upload Location {quote(target.host)} downgrades scheme from https")
    if target.host == target.hostname() and start.host.endswith(":443"):
        target.host = start.host
    pairs = [pair for pair in target.query.split("&") if pair and pair.partition("=")[0] != "digest"]
    target.query = "&".join([*pairs, f"digest={quote_plus(digest)}"])
    return str(target)


def _tags(answer: Answer) -> list[str]:
    from hivehelm.golang.json import JSONError, kind_name
    from hivehelm.golang.jsonread import first

    try:
        page, _ = first(answer.head(_MAX_PAGE).decode("utf-8", "surrogateescape"))
        if page is not None and not isinstance(page, dict):
            kind = kind_name(page)
            raise JSONError(
                f"json: cannot unmarshal {kind} into Go value of type "
                'struct { Tags []string "json:\\"tags\\"" }'
            )
        found = (page or {}).get("tags")
        if found is None:
            return []
        if not isinstance(found, list):
            raise JSONError(
                f"json: cannot unmarshal {kind_name(found)} into Go struct field .tags of type []string"
            )
        for tag in found:
            if tag is not None and not isinstance(tag, str):
                raise JSONError(
                    f"json: cannot unmarshal {kind_name(tag)} into Go struct field .tags of type string"
                )
    except (JSONError, EOFError) as error:
        text = f"failed to decode response: {str(error) or 'EOF'}"
        raise BadAnswerError(answer.method, answer.shown, text) from None
    return [tag or "" for tag in found]


def _next_page(link: str, answer: Answer) -> str:
    """Return the URL of a `Link` header, which must be of the same origin.

    Raises:
        RegistryError: it is not, or the header is none.
    """
    from hivehelm.golang.fmt import quote
    from hivehelm.golang.url import URLError, parse
    from hivehelm.sources.oci.exchange import same_origin

    if not link.startswith("<"):
        raise RegistryError(f"invalid next link {quote(link)}: missing '<'")
    given, closed, _ = link[1:].partition(">")
    if not closed:
        raise RegistryError(f"invalid next link {quote(link)}: missing '>'")
    try:
        url = str(parse(answer.url).resolve(parse(given)))
    except URLError as error:
        raise RegistryError(str(error)) from None
    if not same_origin(answer.url, url):
        raise RegistryError(f"invalid next link {quote(given)}: not the same origin as {quote(answer.shown)}")
    return url
