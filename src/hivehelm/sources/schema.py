"""Schemas that a schema refers to, from files and over HTTP (Helm's common/util/jsonschema.go)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TIMEOUT = 15.0
"""Seconds that one request may take."""

MAX_BYTES = 16 << 20
MAX_REDIRECTS = 10


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


def _fetch(url: str) -> bytes:
    from http import HTTPStatus
    from urllib.parse import urljoin, urlsplit

    from hivehelm.kube.connection import ConnectionInfo
    from hivehelm.kube.errors import KubeError
    from hivehelm.kube.transport import HttpTransport

    target = url
    for _ in range(MAX_REDIRECTS):
        parts = urlsplit(target)
        transport = HttpTransport(
            ConnectionInfo(server=f"{parts.scheme}://{parts.netloc}"),
            user_agent="Helm/4.3.1",
            max_response=MAX_BYTES,
        )
        query = f"?{parts.query}" if parts.query else ""
        try:
            response = transport.request("GET", (parts.path or "/") + query, accept="*/*", timeout=TIMEOUT)
        except KubeError as error:
            raise SchemaSourceError(url, f"HTTP request failed for {url}: {error}") from error
        finally:
            transport.close()
        location = response.headers.get("location", "")
        if response.status in (301, 302, 303, 307, 308) and location:
            target = urljoin(target, location)
            if urlsplit(target).scheme not in ("http", "https"):
                break
            continue
        if response.status != 200:
            try:
                phrase = HTTPStatus(response.status).phrase
            except ValueError:
                phrase = ""
            raise SchemaSourceError(
                url, f"HTTP request to {url} returned status {response.status} ({phrase})"
            )
        return response.data
    raise SchemaSourceError(url, f'HTTP request failed for {url}: Get "{target}": stopped after 10 redirects')
