"""The chart repositories that Helm's repositories.yaml lists (`pkg/repo/v1/repo.go`)."""

from __future__ import annotations

from hivehelm.record import Record


class Repository(Record):
    """A repository by `name`, and the `url` its index is under."""

    name: str
    url: str


def load(path: str) -> list[Repository]:
    """Return the repositories that a repositories.yaml lists; none where there is no such file.

    Raises:
        SourceError: it cannot be read.
    """
    from hivehelm.golang.yaml import YAMLError
    from hivehelm.golang.yaml import load as load_yaml
    from hivehelm.sources.errors import ReadError, SourceError

    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return []
    except OSError as error:
        import os

        call = "read" if isinstance(error, IsADirectoryError) else "open"
        problem = ReadError(path, os.strerror(error.errno or 0).lower(), call)
        raise SourceError(f"couldn't load repositories file ({path}): {problem}") from error
    try:
        document = load_yaml(data)
    except YAMLError as error:
        raise SourceError(str(error)) from error
    entries = document.get("repositories") if isinstance(document, dict) else None
    return [
        Repository(name=str(entry.get("name") or ""), url=str(entry.get("url") or ""))
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict)
    ]


def same_url(one: str, other: str) -> bool:
    """Tell whether two addresses are the same but for their spelling (`internal/urlutil`)."""
    from hivehelm.golang.filepath import clean
    from hivehelm.golang.url import URLError, parse

    try:
        left = parse(one)
    except URLError:
        return clean(one) == clean(other)
    try:
        right = parse(other)
    except URLError:
        return False
    for url in (left, right):
        url.path = clean(url.path or "/")
    return str(left) == str(right)
