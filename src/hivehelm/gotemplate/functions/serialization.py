"""What Helm leaves to sprig of JSON: the pretty and raw forms, and reading with errors."""

from __future__ import annotations

from hivehelm.golang.json import JSONError, dumps, loads
from hivehelm.gotemplate.functions.signature import FunctionError, go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@go("string")
def must_from_json(text: str) -> Any:
    """`mustFromJson`: the value of a JSON text."""
    try:
        return loads(text)
    except JSONError as error:
        raise FunctionError(str(error)) from None


def to_pretty_json(value: Any) -> str:
    """`toPrettyJson`: a value as JSON over several lines; nothing where it cannot be."""
    try:
        return dumps(value, indent="  ")
    except JSONError:
        return ""


def must_to_pretty_json(value: Any) -> str:
    """`mustToPrettyJson`: a value as JSON over several lines."""
    try:
        return dumps(value, indent="  ")
    except JSONError as error:
        raise FunctionError(str(error)) from None


def to_raw_json(value: Any) -> str:
    """`toRawJson`, `mustToRawJson`: a value as JSON in which `<`, `>` and `&` stay as they are."""
    try:
        return dumps(value, html=False)
    except JSONError as error:
        raise FunctionError(str(error)) from None
