"""A value against a schema, keyword by keyword, as santhosh-tekuri/jsonschema v6 goes about it.

What matters for the messages: which keyword ends the matter (`type`, `const`, `enum`, `format` do), in
which order the others come, and that several failures of one schema make a group. Go walks maps in no
order; here keys are sorted.
"""

from __future__ import annotations

from hivehelm.values.jsonschema.compare import equal, is_integer, kind_of
from hivehelm.values.jsonschema.failure import Failure, display, quote, unwrapped
from hivehelm.values.jsonschema.keywords import Step
from hivehelm.values.jsonschema.scope import ABSENT, Scope, Unevaluated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.values.jsonschema.document import Schema
    from hivehelm.values.jsonschema.failure import Path
    from hivehelm.values.jsonschema.meta import Dialects

    Outcome = tuple[list[Failure], Unevaluated]

_TYPES = ("null", "boolean", "number", "integer", "string", "array", "object")


class Walk:
    """One validation; formats are asserted up to draft 7, and by metaschemas, whose `dialects` are given."""

    def __init__(self, dialects: Dialects | None = None) -> None:
        self.dialects = dialects

    def validate(self, schema: Schema, value: Any, earlier: Any = ABSENT) -> Failure | None:
        """Return the tree of all failures, None where `value` fits `schema`; as `earlier` is known to."""
        scope = Scope(schema, "", 0, None)
        scope.earlier = earlier
        found, _ = self.schema(schema, value, (), scope, False)
        if not found:
            return None
        message = f"jsonschema validation failed with {quote(schema.location)}"
        return Failure((), message, unwrapped(found), is_head=True)

    def schema(self, schema: Schema, value: Any, path: Path, scope: Scope, asked: bool) -> Outcome:
        """Return the failures of `value`, and what `schema` did not look at."""
        dialects = self.dialects
        if dialects is not None and schema is dialects.current and scope.parent is not None:
            dialects.current = dialects.at(path)
            outcome = self.keywords(dialects.current, value, path, scope, asked)
            dialects.current = schema
            return outcome
        return self.keywords(schema, value, path, scope, asked)

    def keywords(self, schema: Schema, value: Any, path: Path, scope: Scope, asked: bool) -> Outcome:
        """Return what `schema` says, which is of the right draft."""
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
        step = Step(self, schema, value, path, scope, left, found)
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
            if kind not in wanted and not ("integer" in wanted and kind == "number" and is_integer(value)):
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
        """Return what is wrong with the format of a string."""
        name = schema.node.get("format")
        if not isinstance(name, str) or not isinstance(value, str):
            return None
        if schema.draft >= 2019 and self.dialects is None:
            return None
        from hivehelm.values.jsonschema.format import problem

        said = problem(name, value)
        return None if said is None else f"{quote(value)} is not valid {name}: {said}"


def _enum(wanted: list[Any]) -> str:
    if any(isinstance(item, (list, dict)) for item in wanted):
        return "'enum' failed"
    one_of = "one of " if len(wanted) != 1 else ""
    return f"value must be {one_of}{', '.join(map(display, wanted))}"
