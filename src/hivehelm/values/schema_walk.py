"""A value against a schema, keyword by keyword, as santhosh-tekuri/jsonschema v6 goes about it.

What matters for the messages: which keyword ends the matter (`type`, `const`, `enum`, `format` do), in which order
the others come, and that several failures of one schema make a group. Go walks maps in no order; here keys are sorted.
"""

from __future__ import annotations

from hivehelm.values.schema_failure import (
    GROUP,
    Failure,
    count,
    display,
    indexes,
    number,
    quote,
    quoted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from hivehelm.values.schema_document import Schema
    from hivehelm.values.schema_failure import Path

    Outcome = tuple[list[Failure], "Unevaluated"]

_TYPES = ("null", "boolean", "number", "integer", "string", "array", "object")


class Unevaluated:
    """Properties and items that no keyword has looked at yet; None where nobody asks."""

    __slots__ = ("items", "properties")

    def __init__(self, properties: set[str] | None = None, items: set[int] | None = None) -> None:
        self.properties = properties
        self.items = items

    @classmethod
    def of(cls, value: Any, schema: Schema, asked: bool) -> Unevaluated:
        """Return everything that `schema` itself leaves to its `unevaluated…` or to whoever asks."""
        node = schema.node
        if not isinstance(node, dict):
            return cls(set(value), None) if asked and isinstance(value, dict) else cls()
        if isinstance(value, dict):
            if "additionalProperties" in node or not (asked or "unevaluatedProperties" in node):
                return cls()
            return cls(set(value))
        if isinstance(value, list) and (asked or "unevaluatedItems" in node):
            if schema.draft >= 2020:
                done = len(value) if "items" in node else len(node.get("prefixItems") or ())
            else:
                items = node.get("items")
                done = len(items) if isinstance(items, list) else len(value) if "items" in node else 0
                if isinstance(items, list) and "additionalItems" in node:
                    done = len(value)
            return cls(None, set(range(done, len(value))))
        return cls()

    def merge(self, other: Unevaluated) -> None:
        """Take off what a schema for the same value has looked at."""
        if self.properties:
            self.properties &= other.properties or set()
        if self.items:
            self.items &= other.items or set()

    def __bool__(self) -> bool:
        return bool(self.properties or self.items)


class _Scope:
    """A schema at work on a value, and the one that called it."""

    __slots__ = ("keyword", "parent", "schema", "value")

    def __init__(self, schema: Schema, keyword: str, value: int, parent: _Scope | None) -> None:
        self.schema = schema
        self.keyword = keyword
        self.value = value
        self.parent = parent

    def cycle(self) -> _Scope | None:
        """Return the scope in which the same schema is already at work on the same value."""
        scope = self.parent
        while scope is not None and scope.value == self.value:
            if scope.schema is self.schema:
                return scope
            scope = scope.parent
        return None

    def path(self) -> str:
        """Return the keywords from the root to here."""
        parts: list[str] = []
        scope = self
        while scope.parent is not None:
            if scope.keyword:
                parts.append(f"/{scope.keyword}")
            else:
                parts.append(scope.schema.location[len(scope.parent.schema.location) :])
            scope = scope.parent
        return "".join(reversed(parts))


class Walk:
    """One validation; formats are asserted up to draft 7, and by metaschemas where `assert_formats` is set."""

    def __init__(self, assert_formats: bool = False) -> None:
        self.assert_formats = assert_formats

    def validate(self, schema: Schema, value: Any) -> Failure | None:
        """Return the tree of all failures, None where `value` fits `schema`."""
        found, _ = self.schema(schema, value, (), _Scope(schema, "", 0, None), False)
        if not found:
            return None
        message = f"jsonschema validation failed with {quote(schema.location)}"
        return Failure((), message, _unwrapped(found), is_head=True)

    def schema(self, schema: Schema, value: Any, path: Path, scope: _Scope, asked: bool) -> Outcome:
        """Return the failures of `value`, and what `schema` did not look at."""
        left = Unevaluated.of(value, schema, asked)
        node = schema.node
        if node is True or node == {}:
            return [], left
        if node is False:
            return [Failure(path, "false schema")], left
        if (earlier := scope.cycle()) is not None:
            where = f'"{schema.location}"'
            both = f"both {scope.path()} and {earlier.path()} resolve to {where} causing reference cycle"
            return [Failure(path, both)], left
        if (first := self.first(schema, value)) is not None:
            return [Failure(path, first)], left
        found: list[Failure] = []
        step = _Step(self, schema, value, path, scope, left, found)
        if "$ref" in schema.references:
            step.reference("$ref")
            if schema.draft < 2019:
                return found, left
        if isinstance(value, dict):
            step.object(value)
        elif isinstance(value, list):
            step.array(value)
        elif isinstance(value, str):
            step.string(value)
        elif value is not None and not isinstance(value, bool):
            step.number(value)
        if schema.draft >= 2019:
            step.dynamic_references()
        step.conditions()
        if schema.draft >= 2019:
            step.unevaluated()
        return found, left

    def first(self, schema: Schema, value: Any) -> str | None:
        """Return the failure of a keyword that ends the matter."""
        node = schema.node
        if schema.draft < 2019 and "$ref" in schema.references:
            return None
        kind = kind_of(value)
        if kind is None:
            return "invalid jsonType float64"
        if types := node.get("type"):
            wanted = [types] if isinstance(types, str) else types
            if kind not in wanted and not ("integer" in wanted and kind == "number" and _is_integer(value)):
                names = " or ".join(name for name in _TYPES if name in wanted)
                return f"got {kind}, want {names}"
        if "const" in node and schema.draft >= 6 and not equal(value, node["const"]):
            constant = node["const"]
            if isinstance(constant, (list, dict)):
                return "'const' failed"
            return f"value must be {display(constant)}"
        wanted = node.get("enum")
        if isinstance(wanted, list) and not any(equal(value, item) for item in wanted):
            return _enum(wanted)
        return self.format(schema, value)

    def format(self, schema: Schema, value: Any) -> str | None:
        name = schema.node.get("format")
        if not isinstance(name, str) or not isinstance(value, str):
            return None
        if schema.draft >= 2019 and not self.assert_formats:
            return None
        from hivehelm.values.schema_format import problem

        said = problem(name, value)
        return None if said is None else f"{quote(value)} is not valid {name}: {said}"


class _Step:
    """The keywords of one schema that may fail side by side."""

    def __init__(
        self,
        walk: Walk,
        schema: Schema,
        value: Any,
        path: Path,
        scope: _Scope,
        left: Unevaluated,
        found: list[Failure],
    ) -> None:
        self.walk = walk
        self.schema = schema
        self.node: dict[str, Any] = schema.node
        self.draft = schema.draft
        self.value = value
        self.path = path
        self.scope = scope
        self.left = left
        self.found = found

    def fail(self, message: str, causes: Iterable[Failure] = ()) -> None:
        self.found.append(Failure(self.path, message, causes))

    def same(self, schema: Schema, keyword: str = "") -> Failure | None:
        """Return the failure of the value under another schema."""
        scope = _Scope(schema, keyword, self.scope.value, self.scope)
        found, left = self.walk.schema(schema, self.value, self.path, scope, bool(self.left))
        if not found:
            self.left.merge(left)
        return _one(self.path, found)

    def inner(self, schema: Schema, value: Any, part: str) -> Failure | None:
        """Return the failure of a property or an item."""
        scope = _Scope(schema, "", self.scope.value + 1, self.scope)
        path = (*self.path, part)
        return _one(path, self.walk.schema(schema, value, path, scope, False)[0])

    def add(self, failure: Failure | None) -> None:
        if failure is not None:
            self.found.append(failure)

    def add_inner(self, path: tuple[str, ...], value: Any, part: str) -> None:
        self.add(self.inner(self.schema.below(*path), value, part))

    def whole(self, keyword: str) -> int | None:
        value = self.node.get(keyword)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return None

    def holds(self, keyword: str, since: int = 4) -> bool:
        """Tell whether the keyword holds a schema."""
        return self.draft >= since and isinstance(self.node.get(keyword), (dict, bool))

    def many(self, keyword: str, since: int = 4) -> dict[str, Any]:
        held = self.node.get(keyword)
        return held if self.draft >= since and isinstance(held, dict) else {}

    def reference(self, keyword: str, target: Schema | None = None) -> None:
        schema = self.schema.references[keyword] if target is None else target
        failure = self.same(schema, keyword)
        if failure is not None:
            causes = failure.causes if failure.is_group else [failure]
            self.found.append(Failure(self.path, GROUP, causes, is_reference=True))

    def dynamic_references(self) -> None:
        if (schema := self.schema.references.get("$recursiveRef")) is not None:
            if schema.node is not True and schema.node.get("$recursiveAnchor") is True:
                schema = self.outermost(schema, None)
            self.reference("$recursiveRef", schema)
        if (schema := self.schema.references.get("$dynamicRef")) is not None:
            anchor = str(self.node["$dynamicRef"]).partition("#")[2]
            if anchor and isinstance(schema.node, dict) and schema.node.get("$dynamicAnchor") == anchor:
                schema = self.outermost(schema, anchor)
            self.reference("$dynamicRef", schema)

    def outermost(self, schema: Schema, anchor: str | None) -> Schema:
        """Return the schema furthest out that says it may be extended."""
        scope: _Scope | None = self.scope
        while scope is not None:
            document, resource = scope.schema.document, scope.schema.resource
            if anchor is None:
                node = _at(document.node, resource.pointer)
                if isinstance(node, dict) and node.get("$recursiveAnchor") is True:
                    schema = scope.schema
            elif anchor in resource.dynamic:
                pointer = resource.anchors[anchor]
                schema = document.schema(pointer, _at(document.node, pointer))
            scope = scope.parent
        return schema

    def object(self, value: dict[str, Any]) -> None:
        if (least := self.whole("minProperties")) is not None and len(value) < least:
            self.fail(f"minProperties: got {count(len(value))}, want {count(least)}")
        if (most := self.whole("maxProperties")) is not None and len(value) > most:
            self.fail(f"maxProperties: got {count(len(value))}, want {count(most)}")
        if missing := _missing(self.node.get("required"), value):
            names = "property" if len(missing) == 1 else "properties"
            self.fail(f"missing {names} {quoted(missing)}")
        for name, wanted in sorted(self.many("dependencies").items()):
            if name in value:
                if not isinstance(wanted, list):
                    self.add(self.same(self.schema.below("dependencies", name)))
                elif missing := _missing(wanted, value):
                    self.fail(f"properties {quoted(missing)} required, if {quote(name)} exists")
        self.properties(value)
        if self.draft < 6:
            return
        if self.holds("propertyNames"):
            self.property_names(value)
        for name in sorted(self.many("dependentSchemas", 2019)):
            if name in value:
                self.add(self.same(self.schema.below("dependentSchemas", name)))
        for name, wanted in sorted(self.many("dependentRequired", 2019).items()):
            if name in value and (missing := _missing(wanted, value)):
                self.fail(f"properties {quoted(missing)} required, if {quote(name)} exists")

    def properties(self, value: dict[str, Any]) -> None:
        known = self.many("properties")
        patterns = sorted(self.many("patternProperties"))
        additional = self.node.get("additionalProperties")
        unwanted: list[str] = []
        for name in sorted(value):
            evaluated = name in known
            if evaluated:
                self.add_inner(("properties", name), value[name], name)
            for pattern in patterns:
                if _matches(pattern, name):
                    evaluated = True
                    self.add_inner(("patternProperties", pattern), value[name], name)
            if not evaluated and isinstance(additional, (dict, bool)):
                evaluated = True
                if additional is False:
                    unwanted.append(name)
                elif additional is not True:
                    self.add_inner(("additionalProperties",), value[name], name)
            if evaluated and self.left.properties:
                self.left.properties.discard(name)
        if unwanted:
            self.fail(f"additional properties {quoted(unwanted)} not allowed")

    def property_names(self, value: dict[str, Any]) -> None:
        schema = self.schema.below("propertyNames")
        for name in sorted(value):
            scope = _Scope(schema, "", 0, None)
            found, _ = self.walk.schema(schema, name, (), scope, False)
            if found:
                self.fail(f"invalid propertyName {quote(name)}", _unwrapped(found))

    def array(self, value: list[Any]) -> None:
        if (least := self.whole("minItems")) is not None and len(value) < least:
            self.fail(f"minItems: got {count(len(value))}, want {count(least)}")
        if (most := self.whole("maxItems")) is not None and len(value) > most:
            self.fail(f"maxItems: got {count(len(value))}, want {count(most)}")
        if self.node.get("uniqueItems") is True and (twins := _twins(value)):
            self.fail(f"items at {count(twins[0])} and {count(twins[1])} are equal")
        if self.draft < 2020:
            self.items_before_2020(value)
        else:
            first = self.node.get("prefixItems")
            done = min(len(first), len(value)) if isinstance(first, list) else 0
            for index, item in enumerate(value[:done]):
                self.add_inner(("prefixItems", str(index)), item, str(index))
            if self.holds("items"):
                for index in range(done, len(value)):
                    self.add_inner(("items",), value[index], str(index))
        if self.holds("contains", 6):
            self.contains(value)

    def items_before_2020(self, value: list[Any]) -> None:
        items = self.node.get("items")
        if not isinstance(items, list):
            if self.holds("items"):
                for index, item in enumerate(value):
                    self.add_inner(("items",), item, str(index))
            return
        done = min(len(items), len(value))
        for index, item in enumerate(value[:done]):
            self.add_inner(("items", str(index)), item, str(index))
        additional = self.node.get("additionalItems")
        if additional is False and done != len(value):
            self.fail(f"last {count(len(value) - done)} additionalItem(s) not allowed")
        elif isinstance(additional, dict):
            for index in range(done, len(value)):
                self.add_inner(("additionalItems",), value[index], str(index))

    def contains(self, value: list[Any]) -> None:
        schema = self.schema.below("contains")
        failures: list[Failure] = []
        matched: list[int] = []
        for index, item in enumerate(value):
            if (failure := self.inner(schema, item, str(index))) is not None:
                failures.append(failure)
                continue
            matched.append(index)
            if self.draft >= 2020 and self.left.items:
                self.left.items.discard(index)
        least = self.whole("minContains") if self.draft >= 2019 else None
        if least is not None and len(matched) < least:
            wanted = f"min {count(least)} items required to match contains schema, but "
            if matched:
                self.fail(f"{wanted}matched {count(len(matched))} items at {indexes(matched)}", failures)
            else:
                self.fail(f"{wanted}none matched", failures)
        elif least is None and not matched:
            self.fail("no items match contains schema", failures)
        most = self.whole("maxContains") if self.draft >= 2019 else None
        if most is not None and len(matched) > most:
            self.fail(
                f"max {count(most)} items required to match contains schema, "
                f"but matched {count(len(matched))} items at {indexes(matched)}"
            )

    def string(self, value: str) -> None:
        if (least := self.whole("minLength")) is not None and len(value) < least:
            self.fail(f"minLength: got {count(len(value))}, want {count(least)}")
        if (most := self.whole("maxLength")) is not None and len(value) > most:
            self.fail(f"maxLength: got {count(len(value))}, want {count(most)}")
        pattern = self.node.get("pattern")
        if isinstance(pattern, str) and not _matches(pattern, value):
            self.fail(f"{quote(value)} does not match pattern {quote(pattern)}")

    def number(self, value: float) -> None:
        least, most = self.node.get("minimum"), self.node.get("maximum")
        above, under = self.node.get("exclusiveMinimum"), self.node.get("exclusiveMaximum")
        # Draft 4's booleans say that the bound itself is excluded; later drafts name a bound.
        if above is True:
            least, above = None, least
        if under is True:
            most, under = None, most
        for name, bound, fits in (
            ("minimum", least, _at_least),
            ("maximum", most, _at_most),
            ("exclusiveMinimum", above, _more_than),
            ("exclusiveMaximum", under, _less_than),
            ("multipleOf", self.node.get("multipleOf"), _is_multiple),
        ):
            if isinstance(bound, float) and not fits(value, bound):
                self.fail(f"{name}: got {number(value)}, want {number(bound)}")

    def conditions(self) -> None:
        if self.holds("not") and self.same(self.schema.below("not")) is None:
            self.fail("'not' failed")
        if failures := [failure for failure in self.each("allOf") if failure is not None]:
            self.fail("'allOf' failed", failures)
        self.any_of()
        self.one_of()
        if self.holds("if", 7):
            branch = "else" if self.same(self.schema.below("if")) is not None else "then"
            if self.holds(branch):
                self.add(self.same(self.schema.below(branch)))

    def each(self, keyword: str) -> Iterable[Failure | None]:
        held = self.node.get(keyword)
        for index in range(len(held) if isinstance(held, list) else 0):
            yield self.same(self.schema.below(keyword, str(index)))

    def any_of(self) -> None:
        failures: list[Failure] = []
        matched = not self.node.get("anyOf")
        for failure in self.each("anyOf"):
            if failure is not None:
                failures.append(failure)
                continue
            matched = True
            # What is left over for `unevaluated…` depends on all that match.
            if not self.left:
                break
        if not matched:
            self.fail("'anyOf' failed", failures)

    def one_of(self) -> None:
        failures: list[Failure] = []
        matched: list[int] = []
        for index, failure in enumerate(self.each("oneOf")):
            if failure is not None:
                failures.append(failure)
                continue
            matched.append(index)
            if len(matched) == 2:
                first, second = count(matched[0]), count(matched[1])
                self.fail(f"'oneOf' failed, subschemas {first}, {second} matched")
                return
        if not matched and self.node.get("oneOf"):
            self.fail("'oneOf' failed, none matched", failures)

    def unevaluated(self) -> None:
        if isinstance(self.value, dict) and self.holds("unevaluatedProperties"):
            for name in sorted(self.left.properties or ()):
                self.add_inner(("unevaluatedProperties",), self.value[name], name)
            self.left.properties = None
        if isinstance(self.value, list) and self.holds("unevaluatedItems"):
            for index in sorted(self.left.items or ()):
                self.add_inner(("unevaluatedItems",), self.value[index], str(index))
            self.left.items = None


def _one(path: Path, found: list[Failure]) -> Failure | None:
    """Return several failures of one schema as a group."""
    if len(found) > 1:
        return Failure(path, GROUP, found)
    return found[0] if found else None


def _unwrapped(found: list[Failure]) -> list[Failure]:
    """Return what a head holds: not a group, even where it is the only failure and from further down."""
    return found[0].causes if len(found) == 1 and found[0].is_group else found


def kind_of(value: Any) -> str | None:
    """Return the JSON type of a value, None for what JSON does not have."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "array"
    return "number" if isinstance(value, int) or (value == value and abs(value) != float("inf")) else None


def equal(left: Any, right: Any) -> bool:
    """Tell whether two values are the same JSON: 1 and 1.0 are, 1 and true are not."""
    if kind_of(left) != kind_of(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return bool(left == right)


def _at(node: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        node = node[int(key)] if isinstance(node, list) else node[key]
    return node


def _enum(wanted: list[Any]) -> str:
    if any(isinstance(item, (list, dict)) for item in wanted):
        return "'enum' failed"
    one_of = "one of " if len(wanted) != 1 else ""
    return f"value must be {one_of}{', '.join(map(display, wanted))}"


def _is_integer(value: float) -> bool:
    return isinstance(value, int) or value.is_integer()


def _missing(wanted: Any, value: dict[str, Any]) -> list[str]:
    if not isinstance(wanted, list):
        return []
    return [name for name in wanted if isinstance(name, str) and name not in value]


def _twins(value: list[Any]) -> tuple[int, int] | None:
    seen: dict[object, int] = {}
    for index, item in enumerate(value):
        first = seen.setdefault(_frozen(item), index)
        if first != index:
            return first, index
    return None


def _frozen(value: Any) -> object:
    if isinstance(value, dict):
        return "object", frozenset((key, _frozen(item)) for key, item in value.items())
    if isinstance(value, list):
        return "array", tuple(map(_frozen, value))
    return kind_of(value), value


def _matches(pattern: str, text: str) -> bool:
    from hivehelm.golang.regex import compile as compile_pattern

    return bool(compile_pattern(pattern).match(text))


def _at_least(value: float, bound: float) -> bool:
    return value >= bound


def _at_most(value: float, bound: float) -> bool:
    return value <= bound


def _more_than(value: float, bound: float) -> bool:
    return value > bound


def _less_than(value: float, bound: float) -> bool:
    return value < bound


def _is_multiple(value: float, of: float) -> bool:
    if of.is_integer() and _is_integer(value):
        return int(value) % int(of) == 0
    from fractions import Fraction

    return (Fraction(repr(value)) / Fraction(getattr(of, "text", repr(of)))).denominator == 1
