"""What the headers of an answer say of content: its media type, digest and size."""

from __future__ import annotations

from hivehelm.sources.oci.digests import DigestError, validate
from hivehelm.sources.oci.errors import BadAnswerError, RegistryError
from hivehelm.sources.oci.manifest import Descriptor
from hivehelm.sources.oci.reference import is_digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.sources.oci.exchange import Answer

_DIGEST = "docker-content-digest"


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


def check_type(answer: Answer, wanted: str) -> None:
    """Take an answer for content of a media type only.

    Raises:
        BadAnswerError: it is of another.
    """
    from hivehelm.golang.fmt import quote

    media_type, problem = _media_type(answer)
    if problem:
        answer.close()
        raise BadAnswerError(answer.method, answer.shown, f"invalid response Content-Type: {problem}")
    if media_type != wanted:
        answer.close()
        text = f"mismatch response Content-Type {quote(media_type)}: expect {quote(wanted)}"
        raise BadAnswerError(answer.method, answer.shown, text)


def described(answer: Answer, reference: str, data: bytes | None) -> Descriptor:
    """Return what the headers of an answer say of a manifest, and its content where they do not.

    Raises:
        BadAnswerError, RegistryError: they say too little, or what cannot be.
    """
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


def check_digest(answer: Answer, wanted: str) -> None:
    """Take an answer for what has a digest, if it says what it has.

    Raises:
        BadAnswerError: it says something else.
    """
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
