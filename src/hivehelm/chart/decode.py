"""Chart.yaml, Chart.lock and their v1 forms into the model, with the errors of Go's JSON decoder.

Helm reads them with sigs.k8s.io/yaml: YAML becomes JSON, in which a number or a boolean turns into a string
where the field is one; JSON is then decoded, keys matching fields in any case.
"""

from __future__ import annotations

from hivehelm.chart.errors import ChartError
from hivehelm.chart.model import Dependency, Lock, Maintainer, Metadata
from hivehelm.seen import SeenTrees

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, ClassVar

STRING = "string"
BOOL = "bool"
STRINGS = "[]string"
STRING_MAP = "map[string]string"
LIST = "[]interface {}"
MAINTAINERS = "[]*v2.Maintainer"
DEPENDENCIES = "[]*v2.Dependency"
TIME = "time.Time"

METADATA = {
    "name": ("name", STRING),
    "home": ("home", STRING),
    "sources": ("sources", STRINGS),
    "version": ("version", STRING),
    "description": ("description", STRING),
    "keywords": ("keywords", STRINGS),
    "maintainers": ("maintainers", MAINTAINERS),
    "icon": ("icon", STRING),
    "apiversion": ("api_version", STRING),
    "condition": ("condition", STRING),
    "tags": ("tags", STRING),
    "appversion": ("app_version", STRING),
    "deprecated": ("deprecated", BOOL),
    "annotations": ("annotations", STRING_MAP),
    "kubeversion": ("kube_version", STRING),
    "dependencies": ("dependencies", DEPENDENCIES),
    "type": ("type", STRING),
}
MAINTAINER = {"name": ("name", STRING), "email": ("email", STRING), "url": ("url", STRING)}
DEPENDENCY = {
    "name": ("name", STRING),
    "version": ("version", STRING),
    "repository": ("repository", STRING),
    "condition": ("condition", STRING),
    "tags": ("tags", STRINGS),
    "enabled": ("enabled", BOOL),
    "import-values": ("import_values", LIST),
    "alias": ("alias", STRING),
}
LOCK = {
    "generated": ("generated", TIME),
    "digest": ("digest", STRING),
    "dependencies": ("dependencies", DEPENDENCIES),
}
API_VERSION = {"apiversion": ("api_version", STRING)}

# What was read before, by the struct it was read for.
_SEEN = SeenTrees(4 * 1024 * 1024)

GO_NAMES = {"apiversion": "apiVersion", "appversion": "appVersion", "kubeversion": "kubeVersion"}


def metadata(data: bytes, into: Metadata | None = None, *, strict: bool = False) -> Metadata:
    """Return what Chart.yaml says; given `into`, add what requirements.yaml says to it.

    Raises:
        ChartError: it is not YAML, or a field has a value of the wrong kind; with `strict`, a key is given
            twice, or is no field's (`StrictLoadChartfile`).
    """
    target = Metadata() if into is None else into
    _decode(data, target, METADATA, "Metadata", "v2.Metadata", strict=strict)
    return target


def lock(data: bytes) -> Lock:
    """Return what Chart.lock says.

    Raises:
        ChartError: it is not YAML, or a field has a value of the wrong kind.
    """
    target = Lock()
    _decode(data, target, LOCK, "Lock", "v2.Lock")
    return target


def api_version(data: bytes) -> str:
    """Return Chart.yaml's apiVersion, empty where it has none (`pkg/chart/loader`, which looks at it first).

    Raises:
        ChartError: it is not YAML, not a map, or the field is not a string.
    """
    target = Metadata()
    _decode(data, target, API_VERSION, "chartBase", "loader.chartBase")
    return target.api_version


def _decode(
    data: bytes,
    target: object,
    fields: dict[str, tuple[str, str]],
    name: str,
    go_type: str,
    *,
    strict: bool = False,
) -> None:
    from hivehelm.golang.yaml import YAMLError, load

    def prepare(value: Any) -> None:
        spell(value, fields)

    def read(data: bytes) -> Any:
        return load(data, whole=True, prepare=prepare)

    try:
        value = _load_strictly(data, prepare) if strict else _SEEN.read(name, data, read)
    except YAMLError as error:
        raise ChartError(str(error)) from None
    if value is None:
        return
    decoder = Decoder(strict)
    try:
        decoder.struct(value, target, fields, name, go_type, ())
    except BadTimeError as error:
        decoder.problem = str(error)
    if decoder.problem:
        raise ChartError(f"error unmarshaling JSON: while decoding JSON: {decoder.problem}")


def _load_strictly(data: bytes, prepare: Callable[[Any], None]) -> Any:
    from hivehelm.golang.yaml.tree import load

    return load(data, whole=True, strict=True, prepare=prepare)


def spell(value: Any, fields: dict[str, tuple[str, str]]) -> None:
    """Put texts for the numbers and booleans of a map that stand where its struct has strings."""
    if isinstance(value, dict):
        for key, item in value.items():
            if (field := fields.get(fold(key))) is not None:
                value[key] = _spelled(item, field[1])


def _spelled(value: Any, kind: str) -> Any:
    if kind == STRING:
        return _text(value)
    if kind == STRING_MAP and isinstance(value, dict):
        return {key: _text(item) for key, item in value.items()}
    if isinstance(value, list):
        if kind == STRINGS:
            return [_text(item) for item in value]
        if kind == LIST:
            return floats(value)
        for item in value:
            spell(item, MAINTAINER if kind == MAINTAINERS else DEPENDENCY)
    return value


def _text(value: object) -> object:
    from hivehelm.golang.yaml.decode import scalar_text

    return scalar_text(value)


def floats(value: Any) -> Any:
    """Return a value whose numbers are what JSON has: float64."""
    if isinstance(value, dict):
        return {key: floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [floats(item) for item in value]
    return float(value) if value.__class__ is int else value


def fold(key: str) -> str:
    """Return a key as encoding/json compares it with the names of fields: in any case."""
    return key.lower() if key.isascii() else key.lower().replace("\u017f", "s")


class BadTimeError(Exception):
    """What is no time ends decoding at once; `str()` is Go's text."""


class Decoder:
    """One pass of `encoding/json` over a value; it goes on after a wrong kind and reports the first.

    `strict`: keys that are no field's are wrong. Keys are read in byte order, with `ordered` in their own.
    `names` are the fields whose names are not all in lower case.
    """

    names: ClassVar[dict[str, str]] = GO_NAMES

    def __init__(self, strict: bool, *, ordered: bool = False) -> None:
        self.strict = strict
        self.ordered = ordered
        self.problem = ""

    def keys(self, value: dict[str, Any]) -> Iterable[str]:
        """Return the keys of a map in the order in which they are read."""
        return value if self.ordered else sorted(value)

    def unknown(self, key: str) -> None:
        """Hear of a key that is no field's."""
        if self.strict and not self.problem:
            from hivehelm.golang.fmt import quote

            self.problem = f"json: unknown field {quote(key)}"

    def mismatch(self, value: object, go_type: str, struct: str, path: tuple[str, ...]) -> None:
        """Hear of a value of another kind than `go_type`; `struct` and `path` say where."""
        if self.problem:
            return
        from hivehelm.golang.json import kind_name

        where = f"struct field {struct}.{'.'.join(path)}" if path else "value"
        self.problem = f"json: cannot unmarshal {kind_name(value)} into Go {where} of type {go_type}"

    def struct(
        self,
        value: object,
        target: object,
        fields: dict[str, tuple[str, str]],
        name: str,
        go_type: str,
        path: tuple[str, ...],
        outer: str = "",
    ) -> None:
        """Read a map into the attributes of `target` that `fields` name.

        Raises:
            BadTimeError: what should be a time is none.
        """
        if not isinstance(value, dict):
            self.mismatch(value, go_type, outer, path)
            return
        for key in self.keys(value):
            lowered = fold(key)
            if (field := fields.get(lowered)) is None:
                self.unknown(key)
                continue
            attribute, kind = field
            here = (*path, self.names.get(lowered, lowered))
            self.field(value[key], target, attribute, kind, name, here)

    def field(
        self, value: Any, target: object, attribute: str, kind: str, name: str, path: tuple[str, ...]
    ) -> None:
        """Read one value into an attribute of `target`; null leaves a scalar as it was."""
        if value is None:
            if kind not in (STRING, BOOL, TIME):
                setattr(target, attribute, None)
            return
        decoded: Any
        if kind == STRING:
            decoded = self.string(value, name, path)
        elif kind == BOOL:
            decoded = self.expect(value, bool, kind, name, path)
        elif kind == TIME:
            decoded = self.time(value)
        elif kind == STRING_MAP:
            decoded = self.string_map(value, name, path)
        elif self.expect(value, list, kind, name, path) is None:
            return
        elif kind == STRINGS:
            decoded = [self.string(item, name, path) or "" for item in value]
        elif kind == LIST:
            decoded = value
        else:
            decoded = self.structs(value, kind, name, path)
        if decoded is not None:
            setattr(target, attribute, decoded)

    def expect(self, value: Any, wanted: type, kind: str, name: str, path: tuple[str, ...]) -> Any:
        """Return `value` if it is of a kind, else None."""
        if isinstance(value, wanted):
            return value
        self.mismatch(value, kind, name, path)
        return None

    def string(self, value: object, name: str, path: tuple[str, ...]) -> str | None:
        """Return a text, None for null and for what is none."""
        if isinstance(value, str):
            return value
        if value is None:
            return None
        self.mismatch(value, STRING, name, path)
        return None

    def string_map(self, value: Any, name: str, path: tuple[str, ...]) -> dict[str, str] | None:
        """Return a map of texts, None for what is none."""
        if self.expect(value, dict, STRING_MAP, name, path) is None:
            return None
        return {key: self.string(value[key], name, path) or "" for key in self.keys(value)}

    def structs(self, value: list[Any], kind: str, name: str, path: tuple[str, ...]) -> list[Any]:
        """Return a list of maintainers or dependencies; null is None."""
        decoded: list[Any] = []
        for item in value:
            if item is None:
                decoded.append(None)
            elif kind == MAINTAINERS:
                maintainer = Maintainer()
                self.struct(item, maintainer, MAINTAINER, "Maintainer", "v2.Maintainer", path, name)
                decoded.append(maintainer)
            else:
                dependency = Dependency()
                self.struct(item, dependency, DEPENDENCY, "Dependency", "v2.Dependency", path, name)
                decoded.append(dependency)
        return decoded

    def time(self, value: object) -> str:
        """Return a time's text.

        Raises:
            BadTimeError: it is none.
        """
        if not isinstance(value, str):
            raise BadTimeError("Time.UnmarshalJSON: input is not a JSON string")
        if not is_ordinary_time(value):
            from hivehelm.errors import HivehelmError
            from hivehelm.golang.timeparse import parse

            try:
                parse("2006-01-02T15:04:05Z07:00", value)
            except HivehelmError as error:
                raise BadTimeError(str(error)) from None
        return value


def is_ordinary_time(text: str) -> bool:
    """Recognise nearly all RFC 3339 times without the parser: days up to the 28th, hours, minutes, zone."""
    date, t, rest = text.partition("T")
    clock, zone = rest[:8], rest[8:]
    if zone.startswith("."):
        zone = zone[1:].lstrip("0123456789") if zone[1:2].isdigit() else "?"
    digits = date[:4] + date[5:7] + date[8:] + clock[:2] + clock[3:5] + clock[6:]
    return (
        bool(t)
        and len(digits) == 14
        and digits.isascii()
        and digits.isdigit()
        and (date[4], date[7], clock[2], clock[5]) == ("-", "-", ":", ":")
        and "01" <= date[5:7] <= "12"
        and "01" <= date[8:] <= "28"
        and (clock[:2] < "24" and clock[3:5] < "60" and clock[6:] < "60")
        and _is_zone(zone)
    )


def _is_zone(zone: str) -> bool:
    if zone == "Z":
        return True
    hours, minutes = zone[1:3], zone[4:]
    return (
        len(zone) == 6
        and zone[0] in "+-"
        and zone[3] == ":"
        and (hours + minutes).isascii()
        and (hours + minutes).isdigit()
        and hours < "24"
        and minutes < "60"
    )
