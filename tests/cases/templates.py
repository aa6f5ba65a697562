"""Templates and what Go 1.26's text/template makes of them: `tests/cases/gotemplate/*.txt`.

A case is a series of sections, each headed by a line that starts with `%%`: the templates in the order in
which they are parsed, what to execute if it is not `main.tpl`, the data if they are not those of `data`, and
the outcome. Of an execution's error, every text that repeated `errors.Unwrap` gives is there, each once.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from hivehelm.golang.fmt import sprint
from hivehelm.golang.kinds import (
    Float32,
    Int64,
    IntSlice,
    NamedMap,
    NoFieldError,
    StringMap,
    StringSlice,
    Struct,
    Uint8,
    Uint64,
    called,
    type_name,
)
from hivehelm.golang.method import takes
from hivehelm.gotemplate.errors import ParseError, TemplateError, unwrap
from hivehelm.gotemplate.functions.signature import FunctionError, go
from hivehelm.gotemplate.template import TemplateSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hivehelm.gotemplate.cache import TemplateCache

FILES = sorted((Path(__file__).parent / "gotemplate").glob("*.txt"))


class Values(NamedMap):
    """A map with methods, one of which a key shadows in vain."""

    GO_TYPE = "main.Values"
    METHODS: ClassVar[dict[str, str]] = {"AsMap": "as_map", "Has": "has", "Bad": "bad"}

    def get(self, key: str, default: Any = None) -> Any:
        return called(key, self.method(key)) if key in self.METHODS else super().get(key, default)

    def method(self, name: str) -> Callable[..., Any]:
        if name not in self.METHODS:
            raise NoFieldError(self, name)
        bound: Callable[..., Any] = getattr(self, self.METHODS[name])
        return bound

    @takes("")
    def as_map(self) -> dict[str, Any]:
        return dict(self)

    @takes("string")
    def has(self, key: str) -> bool:
        return key in self

    @takes("")
    def bad(self) -> str:
        raise FunctionError("bad thing")


class Inner(Struct):
    """A struct with a String method and an unexported field."""

    GO_TYPE = "main.Inner"
    FIELDS = {"Name": "name", "N": "n"}
    LAYOUT = {"Name": "name", "N": "n", "priv": "priv"}
    METHODS = {"String": "go_string"}

    def __init__(self, name: str, n: int, priv: str) -> None:
        self.name = name
        self.n = n
        self.priv = priv

    @takes("")
    def go_string(self) -> str:
        return f"<{self.name}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Inner) and (self.name, self.n) == (other.name, other.n)

    __hash__ = None  # type: ignore[assignment]


class InnerPointer(Inner):
    """A pointer to such a struct."""

    GO_TYPE = "*main.Inner"


class Outer(Struct):
    """A pointer to a struct with fields of several types, and methods."""

    GO_TYPE = "*main.Outer"
    FIELDS = {"Inner": "inner", "P": "p", "List": "list", "Any": "any", "M": "m"}
    METHODS = {"Greet": "greet", "Boom": "boom"}

    def __init__(self) -> None:
        self.inner = Inner("in", 3, "p")
        self.p = InnerPointer("ptr", 4, "q")
        self.list = StringSlice(["a", "b"])
        self.any = None
        self.m = StringMap(k="v")

    @takes("string")
    def greet(self, name: str) -> str:
        return f"hi {name}"

    @takes("")
    def boom(self) -> str:
        raise FunctionError("boom")


@go("string, int")
def _repeat(text: str, count: int) -> str:
    if not count:
        raise FunctionError("zero")
    return text * count


@go("string, ...any")
def _count(text: str, *given: Any) -> str:
    return sprint(text, len(given))


def data() -> dict[str, Any]:
    """Return what templates see, new each time since they can change it."""
    return {
        "a": 1.0,
        "s": "str",
        "e": "",
        "n": None,
        "t": True,
        "f": False,
        "l": ["x", "y", 2.0, None],
        "el": [],
        "m": {"k": "v", "z": {"y": "deep"}, "nil": None},
        "em": {},
        "i": 7,
        "i64": Int64(8),
        "u8": Uint8(9),
        "strs": StringSlice(["p", "q"]),
        "b": b"hey",
        "sm": StringMap(u="v"),
        "v": Values(x="y", Has="shadow"),
        "o": Outer(),
        "in": Inner("in", 3, "p"),
        "big": 1e21,
        "mil": 1000000.0,
        "tiny": 0.00001,
        "half": 0.5,
        "neg": -3.0,
        "f32": Float32(0.10000000149011612),
        "uni": "héllo",
        "html": "<a href='x'>&\"</a>",
        "nested": [[1.0, 2.0], {"q": [None]}],
        "lm": [{"n": "one", "v": 1.0}, {"n": "two"}],
        "u64": Uint64(12),
        "fn": _repeat,
        "vfn": _count,
    }


@go("string")
def _fail(message: str) -> str:
    raise FunctionError(message)


@go("string")
def _panic(message: str) -> str:
    raise FunctionError(f"panicked {message}")


@go("map[string]any, string, any")
def _set(mapping: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    mapping[key] = value
    return mapping


@go("...any")
def _dict(*given: Any) -> dict[str, Any]:
    return {sprint(key): value for key, value in zip(given[::2], given[1::2], strict=False)}


def _length(value: Any) -> int:
    return len(value or ())


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "upper": go("string")(lambda text: text.upper()),
    "trunc": go("int, string")(lambda size, text: text.encode()[:size].decode()),
    "add": go("...any")(lambda *given: Int64(len(given))),
    "dict": _dict,
    "list": go("...any")(lambda *given: list(given)),
    "fail": _fail,
    "pan": _panic,
    "id": go("any")(lambda value: value),
    "keys": go("map[string]any")(lambda value: _length(value)),
    "cat": go("[]any")(lambda value: _length(value)),
    "strs": go("[]string")(lambda value: _length(value)),
    "f64": go("float64")(lambda value: value),
    "i64": go("int64")(lambda value: value),
    "u8": go("uint8")(lambda value: value),
    "bl": go("bool")(lambda value: value),
    "noarg": go("")(lambda: "N"),
    "retnil": go("")(lambda: None),
    "retmap": go("")(lambda: {"a": "b"}),
    "opt": go("string, ...int")(lambda text, *given: sprint(text, IntSlice(given))),
    "ty": go("any")(lambda value: type_name(value)),
    "split": go("string")(lambda text: StringSlice(text.split(","))),
    "set": _set,
}

# Every case has it, to fail one template deeper.
PARTIAL = '{{ define "main2" }}x{{ .m.q.r }}{{ end }}'


class Case:
    """One case: its sections as (head, text)."""

    def __init__(self, sections: list[tuple[str, str]]) -> None:
        self.sections = sections

    def __str__(self) -> str:
        return next(text for head, text in self.sections if head.startswith("template"))

    def outcome(self) -> list[tuple[str, str]]:
        """Return the sections that say what Go makes of it."""
        heads = ("output", "error", "parse error", "which wraps")
        return [(head, text) for head, text in self.sections if head in heads]

    def run(self, cache: TemplateCache | None = None) -> list[tuple[str, str]]:
        """Return what we make of it, in the form of `outcome`."""
        given: Any = data()
        missing, execute = "zero", "main.tpl"
        templates = [("defs", PARTIAL)]
        for head, text in self.sections:
            if head == "data":
                given = _floats(json.loads(text))
            elif head == "missing key":
                missing = text
            elif head == "execute":
                execute = text
            elif head.startswith("template "):
                templates.append((head.removeprefix("template "), text))
        functions = dict(FUNCTIONS)
        templates_set = TemplateSet(functions, missing_key=missing, name="root", cache=cache)
        functions["include"] = go("string, any")(lambda name, given: templates_set.execute(name, given))
        try:
            for name, text in templates:
                templates_set.add(name, text)
        except ParseError as error:
            return [("parse error", str(error))]
        try:
            return [("output", templates_set.execute(execute, given))]
        except TemplateError as error:
            texts = [str(inner) for inner in unwrap(error)]
            return [("which wraps" if position else "error", text) for position, text in enumerate(texts)]


def _floats(value: Any) -> Any:
    if isinstance(value, list):
        return [_floats(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def read(path: Path) -> Iterator[Case]:
    """Yield the cases of a file."""
    sections: list[tuple[str, str]] = []
    head = ""
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line.startswith("%% "):
            lines.append(line)
            continue
        if head:
            text = "\n".join(lines)
            if " as json" in head:
                head, text = head.replace(" as json", ""), json.loads(text)
            sections.append((head, text))
        head, lines = line[3:], []
        if head == "end":
            yield Case(sections)
            sections, head = [], ""
