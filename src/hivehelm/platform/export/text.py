"""Pieces of templates: literal text, expressions, and how the one keeps out of the other's way."""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Expression(Record):
    """What stands between `{{` and `}}`."""

    code: str

    def __str__(self) -> str:
        return "{{ " + self.code + " }}"


class Text:
    """A string of which some parts are expressions; two of the same parts are equal."""

    __slots__ = ("parts",)

    def __init__(self, parts: Iterable[str | Expression]) -> None:
        joined: list[str | Expression] = []
        for part in parts:
            if isinstance(part, str) and joined and isinstance(joined[-1], str):
                joined[-1] += part
            elif part != "":
                joined.append(part)
        self.parts = tuple(joined)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(str(self))

    @property
    def literal(self) -> str | None:
        """The text itself where there is no expression in it."""
        if not self.parts:
            return ""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return self.parts[0]
        return None

    @property
    def lone(self) -> Expression | None:
        """The expression, where the text is one and nothing else."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Expression):
            return self.parts[0]
        return None

    def __str__(self) -> str:
        """Return the text as a template spells it."""
        return template(self.parts)

    def __repr__(self) -> str:
        return f"Text({self.parts!r})"


def template(parts: Iterable[str | Expression]) -> str:
    """Return literal text and expressions as a template that comes to just that."""
    shown: list[str] = []
    for part in parts:
        if isinstance(part, Expression):
            if shown and shown[-1].endswith("{"):
                # A brace right before an expression would be taken for the expression's own.
                shown[-1] = shown[-1][:-1] + '{{ "{" }}'
            shown.append(str(part))
        else:
            shown.append(escape(part))
    return "".join(shown)


def escape(text: str) -> str:
    """Return a template that comes to `text`."""
    return text.replace("{{", '{{ "{{" }}')
