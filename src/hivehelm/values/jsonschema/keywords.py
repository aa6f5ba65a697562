"""The keywords of a schema that may fail side by side, in the order of santhosh-tekuri/jsonschema v6."""

from __future__ import annotations

from hivehelm.values.jsonschema.compare import (
    alike,
    at_least,
    at_most,
    is_multiple,
    less_than,
    more_than,
    twins,
)
from hivehelm.values.jsonschema.failure import (
    GROUP,
    Failure,
    count,
    indexes,
    number,
    one,
    quote,
    quoted,
    unwrapped,
)
from hivehelm.values.jsonschema.plain import CONDITIONS, plainly_fits
from hivehelm.values.jsonschema.scope import ABSENT, Scope, below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from hivehelm.values.jsonschema.document import Schema
    from hivehelm.values.jsonschema.failure import Path
    from hivehelm.values.jsonschema.scope import Unevaluated
    from hivehelm.values.jsonschema.walk import Walk


class Step:
    """The keywords of one schema that may fail side by side."""

    def __init__(
        self,
        walk: Walk,
        schema: Schema,
        value: Any,
        path: Path,
        scope: Scope,
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
        """Note a failure of the value as a whole."""
        self.found.append(Failure(self.path, message, causes))

    def same(self, schema: Schema, keyword: str = "") -> Failure | None:
        """Return the failure of the value under another schema."""
        scope = Scope(schema, keyword, self.scope.value, self.scope)
        found, left = self.walk.schema(schema, self.value, self.path, scope, bool(self.left))
        if not found:
            self.left.merge(left)
        return one(self.path, found)

    def inner(self, schema: Schema, value: Any, part: str, earlier: Any = ABSENT) -> Failure | None:
        """Return the failure of a property or an item."""
        if self.walk.dialects is None and plainly_fits(schema, value):
            return None
        scope = Scope(schema, "", self.scope.value + 1, self.scope)
        scope.earlier = earlier
        path = (*self.path, part)
        return one(path, self.walk.schema(schema, value, path, scope, False)[0])

    def add(self, failure: Failure | None) -> None:
        """Note a failure, if there is one."""
        if failure is not None:
            self.found.append(failure)

    def add_inner(self, path: tuple[str, ...], value: Any, part: str) -> None:
        """Note the failure of a property or an item under the schema at `path`."""
        earlier = self.scope.earlier
        if type(earlier) is not type(self.value):
            # What fitted as an item says nothing of a property.
            earlier = ABSENT
        if earlier is not ABSENT:
            earlier = below(earlier, part)
            if earlier is not ABSENT and alike(earlier, value):
                return
        self.add(self.inner(self.schema.below(*path), value, part, earlier))

    def whole(self, keyword: str) -> int | None:
        """Return the whole number that the keyword holds."""
        value = self.node.get(keyword)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return None

    def holds(self, keyword: str, since: int = 4) -> bool:
        """Tell whether the keyword holds a schema."""
        return self.draft >= since and isinstance(self.node.get(keyword), (dict, bool))

    def many(self, keyword: str, since: int = 4) -> dict[str, Any]:
        """Return the map that the keyword holds."""
        held = self.node.get(keyword)
        return held if self.draft >= since and isinstance(held, dict) else {}

    def reference(self, keyword: str, target: Schema | None = None) -> None:
        """Follow `$ref` or one of its kin."""
        schema = self.schema.references[keyword] if target is None else target
        failure = self.same(schema, keyword)
        if failure is not None:
            causes = failure.causes if failure.is_group else [failure]
            self.found.append(Failure(self.path, GROUP, causes, is_reference=True))

    def dynamic_references(self) -> None:
        """Follow `$recursiveRef` and `$dynamicRef`."""
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
        scope: Scope | None = self.scope
        while scope is not None:
            document, resource = scope.schema.document, scope.schema.resource
            if anchor is None:
                node = document.at(resource.pointer)
                if isinstance(node, dict) and node.get("$recursiveAnchor") is True:
                    schema = scope.schema
            elif anchor in resource.dynamic:
                pointer = resource.anchors[anchor]
                schema = document.schema(pointer, document.at(pointer))
            scope = scope.parent
        return schema

    def object(self, value: dict[str, Any]) -> None:
        """Check the keywords for objects."""
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
        """Check each property where a schema is for it."""
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
        """Check the names of properties."""
        schema = self.schema.below("propertyNames")
        for name in sorted(value):
            scope = Scope(schema, "", 0, None)
            found, _ = self.walk.schema(schema, name, (), scope, False)
            if found:
                self.fail(f"invalid propertyName {quote(name)}", unwrapped(found))

    def array(self, value: list[Any]) -> None:
        """Check the keywords for arrays."""
        if (least := self.whole("minItems")) is not None and len(value) < least:
            self.fail(f"minItems: got {count(len(value))}, want {count(least)}")
        if (most := self.whole("maxItems")) is not None and len(value) > most:
            self.fail(f"maxItems: got {count(len(value))}, want {count(most)}")
        if self.node.get("uniqueItems") is True and (pair := twins(value)):
            self.fail(f"items at {count(pair[0])} and {count(pair[1])} are equal")
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
        """Check `items` and `additionalItems` of drafts up to 2019-09."""
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
        """Check `contains` and how often it may."""
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
        """Check the keywords for strings."""
        if (least := self.whole("minLength")) is not None and len(value) < least:
            self.fail(f"minLength: got {count(len(value))}, want {count(least)}")
        if (most := self.whole("maxLength")) is not None and len(value) > most:
            self.fail(f"maxLength: got {count(len(value))}, want {count(most)}")
        pattern = self.node.get("pattern")
        if isinstance(pattern, str) and not _matches(pattern, value):
            self.fail(f"{quote(value)} does not match pattern {quote(pattern)}")

    def number(self, value: float) -> None:
        """Check the keywords for numbers."""
        least, most = self.node.get("minimum"), self.node.get("maximum")
        above, under = self.node.get("exclusiveMinimum"), self.node.get("exclusiveMaximum")
        # Draft 4's booleans say that the bound itself is excluded; later drafts name a bound.
        if above is True:
            least, above = None, least
        if under is True:
            most, under = None, most
        for name, bound, fits in (
            ("minimum", least, at_least),
            ("maximum", most, at_most),
            ("exclusiveMinimum", above, more_than),
            ("exclusiveMaximum", under, less_than),
            ("multipleOf", self.node.get("multipleOf"), is_multiple),
        ):
            if isinstance(bound, float) and not fits(value, bound):
                self.fail(f"{name}: got {number(value)}, want {number(bound)}")

    def conditions(self) -> None:
        """Check `not`, `allOf`, `anyOf`, `oneOf` and `if`."""
        if CONDITIONS.isdisjoint(self.node):
            return
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
        """Yield the value's failure under each schema of a list."""
        held = self.node.get(keyword)
        for index in range(len(held) if isinstance(held, list) else 0):
            yield self.same(self.schema.below(keyword, str(index)))

    def any_of(self) -> None:
        """Check `anyOf`."""
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
        """Check `oneOf`."""
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
        """Check what no other keyword has looked at."""
        if isinstance(self.value, dict) and self.holds("unevaluatedProperties"):
            for name in sorted(self.left.properties or ()):
                self.add(self.inner(self.schema.below("unevaluatedProperties"), self.value[name], name))
            self.left.properties = None
        if isinstance(self.value, list) and self.holds("unevaluatedItems"):
            for index in sorted(self.left.items or ()):
                self.add(self.inner(self.schema.below("unevaluatedItems"), self.value[index], str(index)))
            self.left.items = None


def _missing(wanted: Any, value: dict[str, Any]) -> list[str]:
    if not isinstance(wanted, list):
        return []
    return [name for name in wanted if isinstance(name, str) and name not in value]


def _matches(pattern: str, text: str) -> bool:
    from hivehelm.golang.regex import compile as compile_pattern

    return bool(compile_pattern(pattern).match(text))
