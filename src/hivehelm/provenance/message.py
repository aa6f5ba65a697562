"""What is signed: an archive's metadata and its checksum (`pkg/provenance/sign.go`)."""

from __future__ import annotations

from hivehelm.provenance.errors import VerificationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BETWEEN = b"\n...\n"


def compose(metadata: bytes, file_name: str, checksum: str) -> bytes:
    """Return the text for a file of which `metadata` is the YAML and `checksum` the SHA-256."""
    from hivehelm.golang.yaml import dump

    sums = dump({"files": {file_name: f"sha256:{checksum}"}})
    return metadata + _BETWEEN + sums.encode("utf-8", "surrogateescape")


def checksums(text: bytes) -> dict[str, str]:
    """Return the checksums in such a text, by the names of files.

    Raises:
        VerificationError: it has no second part, or that is not what it should be.
    """
    from hivehelm.golang.json import JSONError
    from hivehelm.golang.jsonstruct import STRING, Map, Struct, decode, spell
    from hivehelm.golang.yaml import YAMLError, load

    parts = text.split(_BETWEEN)
    if len(parts) < 2:
        raise VerificationError("message block must have at least two parts")
    sums = Map(STRING)
    shape = Struct("SumCollection", "provenance.SumCollection", {"files": sums, "images": sums})

    def prepare(value: Any) -> None:
        spell(value, shape)

    try:
        found = decode(load(parts[1], whole=True, prepare=prepare), shape) or {}
    except YAMLError as error:
        raise VerificationError(str(error)) from None
    except JSONError as error:
        raise VerificationError(f"error unmarshaling JSON: while decoding JSON: {error}") from None
    files: dict[str, str | None] = found.get("files") or {}
    return {name: checksum or "" for name, checksum in files.items()}
