"""ConfigMaps and Secrets: what is in them becomes values, but for what is secret."""

from __future__ import annotations

import base64
import binascii
import json
import re

from hivehelm.platform.export.network import section
from hivehelm.platform.export.nodes import Entries, Scalar
from hivehelm.platform.export.part import has_expression
from hivehelm.platform.export.text import Expression, Text, template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.platform.export.naming import Names
    from hivehelm.platform.export.part import Part
    from hivehelm.platform.export.values import Path, Values

#: What is larger than this, or has longer lines, becomes a file of its own: nobody edits it among values.
LARGEST = 8 * 1024
LONGEST = 1024
_TEXTS = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
_TOKEN = "kubernetes.io/service-account-token"  # noqa: S105 - a type


def config_map(part: Part) -> None:
    """Move the texts of a ConfigMap into the values."""
    data = part.object.get("data")
    if not isinstance(data, dict) or not data:
        return
    texts = {str(key): value for key, value in data.items() if isinstance(value, Text)}
    if len(texts) != len(data):
        return
    large = {key: text for key, text in texts.items() if _is_large(text)}
    small = {key: text for key, text in texts.items() if key not in large}
    sources: list[tuple[str, str]] = []
    if small:
        follows = any(map(has_expression, small.values()))
        sources = _entries(part, section(part, "config"), small, follows, "").sources
    more = {key: _file(part, key, text) for key, text in large.items()}
    part.object["data"] = Entries(sources=sources, more=more)


def _is_large(text: Text) -> bool:
    # A file's byte order mark does not survive the reading of charts.
    shown = str(text)
    long = len(shown) > LARGEST or any(len(line) > LONGEST for line in shown.splitlines())
    return long and not shown.startswith("\ufeff")


def _file(part: Part, key: str, text: Text) -> Scalar:
    """Make a file of a text; where it follows names, it is a template."""
    path = f"files/{re.sub('[^A-Za-z0-9._-]', '-', part.name)}/{key}"
    code = f".Files.Get {json.dumps(path)}"
    if has_expression(text):
        part.files[path] = template(text.parts)
        code = f"tpl ({code}) ."
    else:
        part.files[path] = text.literal or ""
    return Scalar(expression=Expression(code=f"{code} | quote"))


def _entries(part: Part, path: Path, texts: dict[str, Text], follows: bool, encoded: str) -> Entries:
    """Put texts into the values; where one of them follows names, all of them are templates there."""
    if follows:
        shown = {key: template(text.parts) for key, text in texts.items()}
        value = f"tpl (toString $value) ${encoded} | quote"
        comment = "templates: names in them follow the release"
    else:
        shown = {key: text.literal or "" for key, text in texts.items()}
        value = f"$value | toString{encoded} | quote" if encoded else "$value | quote"
        comment = ""
    code = part.values.put(path, shown, _TEXTS, comment).code
    return Entries(sources=[(code, value)])


class SecretValues:
    """Where the values of Secrets go; `needed` are those that have to be given to install the chart."""

    def __init__(self, names: Names, *, include: bool) -> None:
        self._names = names
        self._include = include
        self._existing: dict[str, str] = {}
        self._places: dict[str, Path] = {}
        self.needed: list[str] = []

    def reference(self, name: str) -> Text | None:
        """Return the reference to a Secret of the chart, which one that is there already may stand for."""
        code = self._existing.get(name)
        if code is None:
            return None
        return Text([Expression(code=f"{code} | default {_spelt(self._names.name(name))}")])

    def place(self, name: str, path: Path, values: Values) -> None:
        """Say where the values of a Secret go, before anything refers to it."""
        comment = "name of a Secret that is there already, to be used instead of one of the chart's"
        self._existing[name] = values.put((*path, "existingSecret"), "", comment=comment).code
        self._places[name] = path

    def secret(self, part: Part) -> None:
        """Move a Secret's values into the chart's; without leave to, only the names of them."""
        obj = part.object
        plain = _decoded(part.live)
        obj.pop("stringData", None)
        if part.live.get("type") == _TOKEN:
            # A token of this cluster, which Kubernetes puts in.
            obj.pop("data", None)
            return
        if not plain:
            return
        where = self._places.get(part.name) or section(part, "secret")
        if part.name in self._existing:
            part.condition = f"not {self._existing[part.name]}"
        if self._include:
            obj["data"] = self._included(part, where, plain)
            return
        code = part.values.put(
            (*where, "data"),
            dict.fromkeys(plain, ""),
            _TEXTS,
            "values of the Secret, which were not exported",
        ).code
        data: dict[str, Any] = {}
        for key, value in plain.items():
            spelt = f"index {code} {json.dumps(key)}"
            dotted = ".".join((*where, "data", key.replace(".", "\\.")))
            if value:
                self.needed.append(dotted)
                spelt = f"required {json.dumps(f'{dotted} is needed: it was not exported')} ({spelt})"
            data[key] = Scalar(expression=Expression(code=f"{spelt} | toString | b64enc | quote"))
        obj["data"] = data

    def _included(self, part: Part, where: Path, plain: dict[str, bytes]) -> Entries:
        texts: dict[str, Text] = {}
        binary: dict[str, str] = {}
        for key, value in plain.items():
            try:
                text = value.decode("utf-8")
            except UnicodeDecodeError:
                binary[key] = base64.b64encode(value).decode()
            else:
                texts[key] = self._names.free(text)
        sources: list[tuple[str, str]] = []
        if texts:
            follows = any(map(has_expression, texts.values()))
            sources += _entries(part, (*where, "data"), texts, follows, " | b64enc").sources
        if binary:
            code = part.values.put((*where, "base64"), binary, _TEXTS).code
            sources.append((code, "$value | quote"))
        return Entries(sources=sources)


def _decoded(secret: dict[str, Any]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for key, value in (secret.get("data") or {}).items():
        try:
            found[str(key)] = base64.b64decode(value or "", validate=False)
        except (binascii.Error, TypeError, ValueError):
            found[str(key)] = str(value).encode()
    for key, value in (secret.get("stringData") or {}).items():
        found[str(key)] = str(value).encode()
    return found


def _spelt(name: Text) -> str:
    """Return the code that gives a name."""
    codes = [part if isinstance(part, str) else f"({part.code})" for part in name.parts]
    if len(codes) == 1:
        return json.dumps(codes[0]) if isinstance(name.parts[0], str) else codes[0]
    shape = "".join("%s" if not isinstance(part, str) else part.replace("%", "%%") for part in name.parts)
    given = " ".join(f"({part.code})" for part in name.parts if not isinstance(part, str))
    return f"(printf {json.dumps(shape)} {given})"
