"""Schemas that a schema refers to, from files and over HTTP (Helm's common/util/jsonschema.go)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TIMEOUT = 15.0
"""Seconds that one request may take."""

MAX_BYTES = 16 << 20


class SchemaSourceError(HivehelmError):
    """The schema at `url` cannot be had."""

    def __init__(self, url: str, message: str) -> None:
        super().__init__(message)
        self.url = url


def load_schema(url: str) -> bytes:
    """Return what is at a file, http or https URL; redirects are followed, proxies of the environment used.

    Raises:
        SchemaSourceError: it cannot be read, or is larger than 16 MiB.
    """
    if url.startswith("file://"):
        return _read(url)
    return _fetch(url)


class ServedSchemas:
    """Loads what the schemas of one chart refer to, for a server: others choose its charts.

    No file of the server is theirs; with `outward`, nor is what only its machine can reach (`http.near`). All
    requests together may take so many `seconds`.
    """

    def __init__(self, *, outward: bool, seconds: float = 60.0) -> None:
        self._outward = outward
        self._left = seconds

    def __call__(self, url: str) -> bytes:
        """Return what is at an http or https URL.

        Raises:
            SchemaSourceError: as `load_schema`.
        """
        from time import monotonic

        if url.startswith("file://"):
            raise SchemaSourceError(url, f"{url} is a file of this server's")
        if self._left <= 0:
            raise SchemaSourceError(url, "fetching what the schemas refer to takes too long")
        begun = monotonic()
        try:
            return _fetch(url, outward=self._outward, seconds=min(self._left, TIMEOUT))
        finally:
            self._left -= monotonic() - begun


def _read(url: str) -> bytes:
    import os
    from urllib.parse import unquote, urlsplit

    path = unquote(urlsplit(url).path)
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise SchemaSourceError(url, f"read {path}: is a directory") from None
    except (OSError, ValueError) as error:
        problem = os.strerror(error.errno or 0).lower() if isinstance(error, OSError) else "invalid argument"
        raise SchemaSourceError(url, f"open {path}: {problem}") from error
    if len(data) > MAX_BYTES:
        raise SchemaSourceError(url, f"{path} is larger than {MAX_BYTES} bytes")
    return data


def _fetch(url: str, *, outward: bool = False, seconds: float = TIMEOUT) -> bytes:
    from hivehelm.golang.url import URLError
    from hivehelm.http.client import Client
    from hivehelm.http.errors import BodyTooLargeError, HttpError
    from hivehelm.sources.address import without_password

    shown = without_password(url)
    with Client(timeout=seconds, outward=outward) as client:
        try:
            answer = client.request("GET", url, compressed=True, limit=MAX_BYTES)
        except URLError as error:
            problem = f'parse "{shown}": {error.problem}'
            raise SchemaSourceError(url, f"failed to create HTTP request for {shown}: {problem}") from None
        except BodyTooLargeError:
            raise SchemaSourceError(url, f"{shown} is larger than {MAX_BYTES} bytes") from None
        except HttpError as error:
            raise SchemaSourceError(url, f"HTTP request failed for {shown}: {error}") from error
    if answer.status != 200:
        from http import HTTPStatus

        try:
            phrase = HTTPStatus(answer.status).phrase
        except ValueError:
            phrase = ""
        text = f"HTTP request to {shown} returned status {answer.status} ({phrase})"
        raise SchemaSourceError(url, text)
    return answer.data
