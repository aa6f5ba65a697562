"""An object of a chart as a template: YAML with expressions in it."""

from __future__ import annotations

import re

from hivehelm.platform.export.nodes import Entries, Labels, Scalar, Tree
from hivehelm.platform.export.text import Text, escape, template
from hivehelm.platform.export.yamltext import block_mark, inside, is_plain, quoted, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SAFE_PARTS = re.compile(r"[A-Za-z0-9_./-]*\Z")


def document(obj: dict[str, Any]) -> str:
    """Return an object as the text of a template."""
    return "\n".join(_mapping(obj, 0)) + "\n"


def _mapping(value: dict[Any, Any], indent: int) -> list[str]:
    lines: list[str] = []
    for key, item in value.items():
        lines += _member(_key(key), item, indent)
    return lines


def _member(key: str, item: Any, indent: int) -> list[str]:
    pad = " " * indent
    below = indent + 2
    if isinstance(item, Tree):
        return [f"{pad}{key}:", f"{pad}  {{{{- toYaml {item.code} | nindent {below} }}}}"]
    if isinstance(item, Entries):
        lines = [f"{pad}{key}:"]
        for code, spelt in item.sources:
            lines += [
                f"{pad}  {{{{- range $key, $value := {code} }}}}",
                f"{pad}  {{{{ $key | quote }}}}: {{{{ {spelt} }}}}",
                f"{pad}  {{{{- end }}}}",
            ]
        return lines + _mapping(item.more, below)
    if isinstance(item, Labels):
        lines = [f"{pad}{key}:", f'{pad}  {{{{- include "{item.helper}" . | nindent {below} }}}}']
        return lines + _mapping(item.rest, below)
    if isinstance(item, dict) and item:
        return [f"{pad}{key}:", *_mapping(item, below)]
    if isinstance(item, list) and item:
        return [f"{pad}{key}:", *_sequence(item, below)]
    first, *more = _scalar(item, below)
    return [f"{pad}{key}: {first}", *more]


def _sequence(items: list[Any], indent: int) -> list[str]:
    pad = " " * indent
    lines: list[str] = []
    for item in items:
        if isinstance(item, dict) and item:
            first, *more = _mapping(item, indent + 2)
            lines += [f"{pad}- {first.lstrip(' ')}", *more]
        elif isinstance(item, list) and item:
            lines += [f"{pad}-", *_sequence(item, indent + 2)]
        else:
            first, *more = _scalar(item, indent + 2)
            lines += [f"{pad}- {first}", *more]
    return lines


def _key(key: Any) -> str:
    if isinstance(key, Text):
        text = template(key.parts)
        literals = [part for part in key.parts if isinstance(part, str)]
        return text if all(_SAFE_PARTS.match(part) for part in literals) else f'"{text}"'
    text = str(key)
    return text if is_plain(text) else quoted(escape(text))


def _scalar(value: Any, indent: int) -> list[str]:
    """Return a scalar, or what is empty, as the lines it takes; those after the first are indented."""
    if isinstance(value, Scalar):
        return [str(value.expression)]
    if isinstance(value, Text):
        return _text(value, indent)
    if isinstance(value, str):
        return _text(Text([value]), indent)
    if isinstance(value, dict | list):
        return ["{}" if isinstance(value, dict) else "[]"]
    import json

    return [json.dumps(value)]


def _text(text: Text, indent: int) -> list[str]:
    lone = text.lone
    if lone is not None:
        return ["{{ " + lone.code + " | quote }}"]
    # Names and namespaces, which is what expressions come to, are words without any sign of YAML's.
    sample = "".join(part if isinstance(part, str) else "x" for part in text.parts)
    mark = block_mark(sample)
    if mark:
        pad = " " * indent
        lines = template(text.parts).split("\n")
        if mark == "|":
            lines.pop()
        return [mark, *(pad + line if line else "" for line in lines)]
    if text.literal is not None:
        shown = scalar(text.literal)
        return [escape(shown)]
    literals = [part for part in text.parts if isinstance(part, str)]
    if all(_SAFE_PARTS.match(part) for part in literals) and is_plain(sample):
        return [template(text.parts)]
    return [_between_quotes(text)]


def _between_quotes(text: Text) -> str:
    single = quoted("".join(part for part in text.parts if isinstance(part, str))).startswith("'")
    parts = [
        part if not isinstance(part, str) else (part.replace("'", "''") if single else inside(part))
        for part in text.parts
    ]
    mark = "'" if single else '"'
    return f"{mark}{template(parts)}{mark}"
