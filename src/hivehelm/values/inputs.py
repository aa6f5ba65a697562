"""Everything the user says about values, in Helm's order (`MergeValues` of `pkg/cli/values`)."""

from __future__ import annotations

from hivehelm.chart.values import load_values
from hivehelm.chart.values import merge as merge_maps
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


class InputError(HivehelmError):
    """A values file or a `--set` cannot be understood; `source` is the file or the text."""

    def __init__(self, message: str, source: str) -> None:
        super().__init__(message)
        self.source = source


def merge(
    values_files: Iterable[str] = (),
    set_values: Iterable[str] = (),
    set_string: Iterable[str] = (),
    set_file: Iterable[str] = (),
    set_json: Iterable[str] = (),
    set_literal: Iterable[str] = (),
    read: Callable[[str], bytes] | None = None,
) -> dict[str, Any]:
    """Return the user's values: files first, then `--set-json`, `--set`, `--set-string`, `--set-file`,
    `--set-literal`.

    `read(source)` gives the bytes of a values file or a `--set-file`: a path, a URL, or `-` for standard
    input; without it, paths are read.

    Raises:
        InputError: a file or an argument is malformed.
        HivehelmError: whatever `read` raises for a values file.
    """
    reader = _read_path if read is None else read
    values: dict[str, Any] = {}
    for source in values_files:
        data = reader(source)
        try:
            table = load_values(data)
        except HivehelmError as error:
            raise InputError(f"failed to parse {source}: {error}", source) from error
        values = merge_maps(values, table)
    for text in set_json:
        values = _merge_json(values, text)
    if set_values or set_string or set_file or set_literal:
        _set(values, set_values, set_string, set_file, set_literal, reader)
    return values


def _set(
    values: dict[str, Any],
    set_values: Iterable[str],
    set_string: Iterable[str],
    set_file: Iterable[str],
    set_literal: Iterable[str],
    reader: Callable[[str], bytes],
) -> None:
    from hivehelm.values import parse

    def contents(source: str) -> str:
        return reader(source).decode("utf-8", "surrogateescape")

    def put_file(text: str, into: dict[str, Any]) -> None:
        parse.parse_file_into(text, into, contents)

    flags: tuple[tuple[str, Iterable[str], Callable[[str, dict[str, Any]], None]], ...] = (
        ("--set", set_values, parse.parse_into),
        ("--set-string", set_string, parse.parse_string_into),
        ("--set-file", set_file, put_file),
        ("--set-literal", set_literal, parse.parse_literal_into),
    )
    for flag, texts, put in flags:
        for text in texts:
            try:
                put(text, values)
            except HivehelmError as error:
                raise InputError(f"failed parsing {flag} data: {error}", text) from error


def _merge_json(values: dict[str, Any], text: str) -> dict[str, Any]:
    """Return `values` with what a `--set-json` says: a whole object, or names and their values."""
    if text.strip().startswith("{"):
        from hivehelm.golang.json import loads

        try:
            table = loads(text.strip())
        except HivehelmError as error:
            raise InputError(f"failed parsing --set-json data JSON: {text}", text) from error
        return merge_maps(values, table)
    from hivehelm.values.parse import parse_json_into

    try:
        parse_json_into(text, values)
    except HivehelmError as error:
        raise InputError(f"failed parsing --set-json data {text}", text) from error
    return values


def _read_path(path: str) -> bytes:
    if path.strip() == "-":
        import sys

        return sys.stdin.buffer.read()
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        verb = "read" if error.errno == 21 else "open"  # EISDIR
        raise InputError(f"{verb} {path}: {(error.strerror or str(error)).lower()}", path) from None
