"""repositories.yaml as Go's JSON decoder reads it: its errors, and what is there in spite of them."""

from __future__ import annotations

from hivehelm.chart.decode import BOOL, STRING, TIME, BadTimeError, Decoder, spell
from hivehelm.sources.repositories import Repository, RepositoryFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ENTRIES = "[]*repo.Entry"
_FILE = {
    "apiversion": ("api_version", STRING),
    "generated": ("generated", TIME),
    "repositories": ("repositories", _ENTRIES),
}
_ENTRY = {
    "name": ("name", STRING),
    "url": ("url", STRING),
    "username": ("username", STRING),
    "password": ("password", STRING),
    "certfile": ("cert_file", STRING),
    "keyfile": ("key_file", STRING),
    "cafile": ("ca_file", STRING),
    "insecure_skip_tls_verify": ("insecure", BOOL),
    "pass_credentials_all": ("pass_credentials", BOOL),
}


class _Entry:
    """A repository while it is read."""

    def __init__(self) -> None:
        self.name = self.url = ""


class _Decoder(Decoder):
    names = {
        "apiversion": "apiVersion",
        "certfile": "certFile",
        "keyfile": "keyFile",
        "cafile": "caFile",
    }

    def structs(self, value: list[Any], kind: str, name: str, path: tuple[str, ...]) -> list[Any]:
        made = []
        for item in value:
            entry = _Entry()
            if item is not None:
                self.struct(item, entry, _ENTRY, "Entry", "repo.Entry", path, name)
            made.append(Repository(**vars(entry)))
        return made


def decode(data: bytes) -> RepositoryFile:
    """Return what a repositories.yaml says, with its `problem` where it is broken."""
    from hivehelm.golang.yaml import YAMLError, load

    file = RepositoryFile()

    def prepare(value: Any) -> None:
        spell(value, _FILE)
        keys = value if isinstance(value, dict) else ()
        for key in keys:
            entries = value[key] if key.lower() == "repositories" else None
            for entry in entries if isinstance(entries, list) else ():
                spell(entry, _ENTRY)

    try:
        value = load(data, whole=True, prepare=prepare)
    except YAMLError as error:
        file.problem = str(error)
        return file
    if value is None:
        return file
    decoder = _Decoder(strict=False)
    try:
        decoder.struct(value, file, _FILE, "File", "repo.File", ())
    except BadTimeError as error:
        decoder.problem = str(error)
    if file.repositories is None:
        file.repositories = []
    if decoder.problem:
        file.problem = f"error unmarshaling JSON: while decoding JSON: {decoder.problem}"
    return file
