"""The tree of what does not fit, as santhosh-tekuri/jsonschema v6 prints it in English."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Path = tuple[str, ...]

GROUP = "validation failed"

_SUPERSCRIPTS = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")


class Failure:
    """What does not fit at `path`, and what led to it; a reference with one cause is not printed."""

    __slots__ = ("causes", "is_head", "is_reference", "message", "path")

    def __init__(
        self,
        path: Path,
        message: str,
        causes: Iterable[Failure] = (),
        *,
        is_reference: bool = False,
        is_head: bool = False,
    ) -> None:
        self.path = path
        self.message = message
        self.causes = list(causes)
        self.is_reference = is_reference
        self.is_head = is_head

    @property
    def is_group(self) -> bool:
        """Whether it only holds several failures of one schema together."""
        return self.message == GROUP and not self.is_reference

    def text(self) -> str:
        """Return the tree, one failure a line."""
        lines: list[str] = []
        self._write(lines, 0)
        return "\n".join(lines)

    def _write(self, lines: list[str], indent: int) -> None:
        if not (self.is_reference and len(self.causes) == 1):
            bullet = "  " * (indent - 1) + "- " if indent else ""
            said = self.message if self.is_head else f"at {quote(pointer(self.path))}: {self.message}"
            lines.append(bullet + said)
            indent += 1
        for cause in self.causes:
            cause._write(lines, indent)


def one(path: Path, found: list[Failure]) -> Failure | None:
    """Return several failures of one schema as a group."""
    if len(found) > 1:
        return Failure(path, GROUP, found)
    return found[0] if found else None


def unwrapped(found: list[Failure]) -> list[Failure]:
    """Return what a head holds: not a group, even where it is the only failure and from further down."""
    return found[0].causes if len(found) == 1 and found[0].is_group else found


def pointer(path: Path) -> str:
    """Return the JSON pointer of `path`."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


def quote(text: str) -> str:
    """Return `text` in single quotes, escaped as Go does."""
    from hivehelm.golang.fmt import quote as go_quote

    # Go takes the backslash off quotes with its own quotes still around: a text that ends in one loses it.
    escaped = go_quote(text).replace('\\"', '"').replace("'", "\\'")
    return f"'{escaped[1:-1]}'"


def quoted(names: Iterable[str]) -> str:
    """Return names in quotes, commas between."""
    return ", ".join(quote(name) for name in names)


def display(value: Any) -> str:
    """Return a plain value as it stands in a message; numbers of a schema as they are spelt there."""
    if isinstance(value, str):
        return quote(value)
    if (text := getattr(value, "text", None)) is not None:
        return str(text)
    from hivehelm.golang.fmt import sprint

    return sprint(value)


def count(number: int) -> str:
    """Return a whole number with commas, as English groups it."""
    return f"{number:,}"


def number(value: float) -> str:
    """Return a number as golang.org/x/text prints it: grouped, or with a power of ten from a million on."""
    from hivehelm.golang.floats import general

    mantissa, e, exponent = general(float(value) + 0.0).partition("e")
    whole, dot, fraction = mantissa.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{sign}{int(digits):,}{dot}{fraction}"
    if not e:
        return grouped
    return f"{grouped}\N{MULTIPLICATION SIGN}10{exponent.removeprefix('+').translate(_SUPERSCRIPTS)}"


def indexes(found: Sequence[int]) -> str:
    """Return positions with spaces between."""
    return " ".join(str(index) for index in found)
