"""Helm's functions between values and text: YAML, JSON and TOML, both ways (pkg/engine/funcs.go).

Those without `must` never fail: what cannot be written is "", what cannot be read is a map with the key
`Error`, or a list that holds the error's text.
"""

from __future__ import annotations

from hivehelm.gotemplate.functions.signature import FunctionError, go
from hivehelm.seen import SeenTrees

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@go("any")
def to_yaml(value: Any) -> str:
    """Return `value` as YAML without its final newline, "" if it cannot be written."""
    from hivehelm.golang.yaml.encode import dump
    from hivehelm.golang.yaml.error import YAMLError

    try:
        return dump(value).removesuffix("\n")
    except YAMLError:
        return ""


@go("any")
def must_to_yaml(value: Any) -> str:
    """Return `value` as YAML without its final newline.

    Raises:
        FunctionError: it cannot be written.
    """
    from hivehelm.golang.yaml.encode import dump
    from hivehelm.golang.yaml.error import YAMLError

    try:
        return dump(value).removesuffix("\n")
    except YAMLError as error:
        raise FunctionError(str(error)) from None


@go("any")
def to_yaml_pretty(value: Any) -> str:
    """Return `value` as YAML with indented sequences, "" if it cannot be written.

    Raises:
        FunctionError: there is a kind in it that go-yaml v3 panics at, such as complex numbers.
    """
    from hivehelm.golang import yaml

    try:
        return yaml.dump(value, pretty=True).removesuffix("\n")
    except yaml.YAMLError as error:
        if error.message.startswith("cannot marshal type: "):
            raise FunctionError(error.message) from None
        return ""


# What charts hand on as YAML, they often read again.
_READ = SeenTrees(4 << 20)


def _read(text: str) -> Any:
    from hivehelm.golang.yaml.decode import load

    return _READ.read("", text, load)


@go("string")
def from_yaml(text: str) -> dict[str, Any]:
    """Return the map that `text` spells; an error is its key `Error`."""
    from hivehelm.golang.yaml.error import YAMLError

    try:
        value = _read(text)
    except YAMLError as error:
        return {"Error": str(error)}
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    return {"Error": "error unmarshaling JSON: while decoding JSON: " + _mismatch(value, _MAP)}


@go("string")
def from_yaml_array(text: str) -> list[Any]:
    """Return the list that `text` spells; an error's text is its only item."""
    from hivehelm.golang.yaml.error import YAMLError

    try:
        value = _read(text)
    except YAMLError as error:
        return [str(error)]
    if value is None:
        return []
    if isinstance(value, list):
        return value
    return ["error unmarshaling JSON: while decoding JSON: " + _mismatch(value, _LIST)]


@go("any")
def to_json(value: Any) -> str:
    """Return `value` as JSON, "" if it cannot be written."""
    from hivehelm.golang.json import JSONError, dumps

    try:
        return dumps(value)
    except JSONError:
        return ""


@go("any")
def must_to_json(value: Any) -> str:
    """Return `value` as JSON.

    Raises:
        FunctionError: it cannot be written.
    """
    from hivehelm.golang.json import JSONError, dumps

    try:
        return dumps(value)
    except JSONError as error:
        raise FunctionError(str(error)) from None


@go("string")
def from_json(text: str) -> dict[str, Any]:
    """Return the map that `text` spells; an error is its key `Error`."""
    from hivehelm.golang import json
    from hivehelm.golang.kinds import NilMap

    try:
        value = json.loads(text)
    except json.JSONError as error:
        return {"Error": str(error)}
    if value is None:
        return NilMap()
    return value if isinstance(value, dict) else {"Error": _mismatch(value, _MAP)}


@go("string")
def from_json_array(text: str) -> list[Any]:
    """Return the list that `text` spells; an error's text is its only item."""
    from hivehelm.golang import json
    from hivehelm.golang.kinds import NilSlice

    try:
        value = json.loads(text)
    except json.JSONError as error:
        return [str(error)]
    if value is None:
        return NilSlice()
    return value if isinstance(value, list) else [_mismatch(value, _LIST)]


_MAP = "map[string]interface {}"
_LIST = "[]interface {}"


def _mismatch(value: object, wanted: str) -> str:
    """Return what encoding/json says of a value that a Go value of type `wanted` cannot hold."""
    from hivehelm.golang.json import kind_name

    return f"json: cannot unmarshal {kind_name(value)} into Go value of type {wanted}"


@go("any")
def to_toml(value: Any) -> str:
    """Return `value` as TOML; what cannot be written is the text of the error.

    Raises:
        FunctionError: nil, over which Go panics.
    """
    from hivehelm.golang import toml

    _refuse_nil(value)
    try:
        return toml.dumps(value)
    except toml.TOMLError as error:
        return str(error)


@go("any")
def must_to_toml(value: Any) -> str:
    """Return `value` as TOML.

    Raises:
        FunctionError: it cannot be written.
    """
    from hivehelm.golang import toml

    _refuse_nil(value)
    try:
        return toml.dumps(value)
    except toml.TOMLError as error:
        raise FunctionError(str(error)) from None


def _refuse_nil(value: object) -> None:
    if value is None:
        raise FunctionError("reflect: call of reflect.Value.Type on zero Value")


@go("string")
def from_toml(text: str) -> dict[str, Any]:
    """Return the map that `text` spells; an error is its key `Error`."""
    from hivehelm.golang import toml

    try:
        return toml.loads(text)
    except toml.TOMLError as error:
        return {"Error": str(error)}
