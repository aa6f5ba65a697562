"""One request and its answer: redirects that lose credentials, patience with servers that are busy.

Source: oras-go's `registry/remote/retry` and `auth.Client.send`.
"""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hivehelm.golang.url import URL
    from hivehelm.http.answer import Stream
    from hivehelm.http.client import Client

MAX_RETRIES = 5

_MAX_REDIRECTS = 10
_SHORTEST = 0.2
_LONGEST = 3.0
_FIRST = 0.25
_UNBOUNDED = 1 << 62


class Answer:
    """An answer whose body may still have to come.

    Attributes:
        method, url: of the request that was answered, redirects followed.
        shown: `url` as errors show it: signed addresses of storage lose their signatures.
        status: its code.
        headers: by name in lower case.
        length: bytes of the body as announced; None if that is not known.
    """

    def __init__(self, method: str, url: str, shown: str, stream: Stream) -> None:
        self.method = method
        self.url = url
        self.shown = shown
        self.status = stream.status
        self.headers = stream.headers
        self.length = stream.length
        self._stream = stream

    def chunks(self) -> Iterator[bytes]:
        """Yield the body as it comes in; the caller bounds it.

        Raises:
            BodyError: it broke off.
        """
        return self._stream.chunks(_UNBOUNDED)

    def head(self, limit: int) -> bytes:
        """Return the first bytes of the body, as far as they can be had, and be done with it."""
        from hivehelm.http.errors import BodyError

        pieces: list[bytes] = []
        left = limit
        try:
            for piece in self.chunks():
                pieces.append(piece[:left])
                left -= len(piece)
                if left <= 0:
                    break
        except BodyError:
            pass
        self.close()
        return b"".join(pieces)

    def close(self) -> None:
        """Be done with the answer; the connection is kept where little is left to read."""
        self._stream.close()


class Exchange:
    """Sends requests to registries, and to where they redirect."""

    def __init__(self, client: Client, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._sleep = sleep

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        repeat: bool = True,
        private: bool = False,
    ) -> Answer:
        """Send a request and return the answer, whatever its status.

        Where scheme, host or port change, redirects lose the Authorization header; with a `private` body,
        which is none of another server's business, the redirect is the answer. Servers that are busy or
        broken (408, 429, 5xx) are asked again a few times, unless `repeat` is False.

        Raises:
            HttpError: no answer came; the text is Go's.
        """
        from hivehelm.golang.fmt import quote
        from hivehelm.golang.url import URLError, parse
        from hivehelm.http.errors import FetchError, HttpError
        from hivehelm.http.redirects import onward

        sent = dict(headers)
        verb, target = method, url
        shown = url
        for _ in range(_MAX_REDIRECTS):
            try:
                stream = self._patiently(verb, target, sent, body, repeat=repeat)
            except FetchError as error:
                raise FetchError(method, shown, error.cause) from None
            location = stream.headers.get("location", "")
            onto = onward(stream.status, location, verb)
            if not onto:
                return Answer(verb, target, shown, stream)
            before = target
            try:
                after = parse(before).resolve(parse(location))
            except URLError as error:
                stream.close()
                problem = f"failed to parse Location header {quote(location)}: {error}"
                raise FetchError(method, shown, HttpError(problem)) from None
            elsewhere = not same_origin(before, str(after))
            if elsewhere and private and onto == verb:
                return Answer(verb, target, shown, stream)
            stream.close()
            target = str(after)
            shown = shown_url(url, after)
            if elsewhere:
                sent.pop("Authorization", None)
            if onto != verb:
                body = None
                sent.pop("Content-Type", None)
            verb = onto
        raise FetchError(method, shown, HttpError(f"stopped after {_MAX_REDIRECTS} redirects"))

    def _patiently(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, *, repeat: bool
    ) -> Stream:
        attempt = 0
        while True:
            stream = self._client.open(method, url, headers=headers, body=body, redirects=0)
            busy = stream.status in (408, 429) or stream.status >= 500
            if not (repeat and busy and attempt < MAX_RETRIES):
                return stream
            pause = _FIRST * 2**attempt
            asked = stream.headers.get("retry-after", "")
            if stream.status == 429 and asked.isascii() and asked.isdigit() and len(asked) < 10:
                pause = float(asked) or pause
            stream.close()
            self._sleep(min(max(pause, _SHORTEST), _LONGEST))
            attempt += 1


def same_origin(one: str, other: str) -> bool:
    """Tell whether two URLs have one scheme, host and port."""
    from hivehelm.golang.url import parse

    return _origin(parse(one)) == _origin(parse(other))


def shown_url(asked: str, reached: URL) -> str:
    """Return a URL as errors show it: what follows `?` may be a key where it is not of the origin asked."""
    from hivehelm.golang.url import parse

    if reached.query and _origin(parse(asked)) != _origin(reached):
        bare = parse(str(reached))
        bare.query = "***"
        return str(bare)
    return str(reached)


def _origin(url: URL) -> tuple[str, str, str]:
    from hivehelm.http.redirects import port

    return url.scheme, url.hostname().lower(), port(url)
