"""Label selectors: `app=web,tier in (a,b),!old` (k8s.io/apimachinery's labels.Parse)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_BINARY = ("in", "notin", "=", "==", "!=", ">", "<")
_SPECIAL = "=!(),><"


class SelectorError(HivehelmError):
    """A text is not a label selector."""


class Requirement(Record):
    """One condition on labels; `operator` is one of `in notin > < exists !`.

    Equality is `in` with one value, its opposite `notin`.
    """

    key: str
    operator: str
    values: frozenset[str]

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether `labels` meet the condition; what is not there is in no set."""
        value = labels.get(self.key)
        match self.operator:
            case "in":
                return value is not None and value in self.values
            case "notin":
                return value is None or value not in self.values
            case "exists":
                return value is not None
            case "!":
                return value is None
        number = _int64(value or "")
        bound = _int64(next(iter(self.values)))
        if number is None or bound is None:
            return False
        return number > bound if self.operator == ">" else number < bound


class Selector(Record):
    """Conditions that must all be met."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether `labels` meet all conditions."""
        return all(requirement.matches(labels) for requirement in self.requirements)


def parse(text: str) -> Selector:
    """Return the selector that `text` spells; the empty text matches everything.

    Grammar, with blanks anywhere between: `KEY`, `!KEY`, `KEY=VALUE`, `==`, `!=`, `>`, `<`,
    `KEY in (VALUE,…)`, `KEY notin (…)`, joined by commas.

    Raises:
        SelectorError: it is none.
    """
    return Selector(requirements=tuple(_Parser(text).requirements()))


class _Parser:
    def __init__(self, text: str) -> None:
        self._words = _words(text)
        self._at = 0

    def requirements(self) -> list[Requirement]:
        found: list[Requirement] = []
        if not self._peek():
            return found
        if not self._starts():
            raise SelectorError(f"found '{self._peek()}', expected: !, identifier, or 'end of string'")
        while True:
            try:
                found.append(self._requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from None
            if not (word := self._take()):
                return found
            if word != ",":
                raise SelectorError(f"found '{word}', expected: ',' or 'end of string'")
            if not self._starts():
                raise SelectorError(f"found '{self._peek()}', expected: identifier after ','")

    def _peek(self) -> str:
        return self._words[self._at]

    def _take(self) -> str:
        word = self._words[self._at]
        self._at = min(self._at + 1, len(self._words) - 1)
        return word

    def _starts(self) -> bool:
        return self._peek() == "!" or _is_name(self._peek())

    def _requirement(self) -> Requirement:
        from hivehelm.release.labels import key_faults

        key = self._take()
        operator = ""
        if key == "!":
            operator = "!"
            key = self._take()
        if not _is_name(key):
            raise SelectorError(f"found '{key}', expected: identifier")
        if faults := key_faults(key):
            raise _invalid("<nil>", key, "; ".join(faults))
        if operator or self._peek() in ("", ","):
            return Requirement(key=key, operator=operator or "exists", values=frozenset())
        operator = self._take()
        if operator not in _BINARY:
            raise SelectorError(f"found '{operator}', expected: in, notin, =, ==, !=, gt, lt")
        values = self._set() if operator in ("in", "notin") else self._one()
        _check(key, operator, sorted(values))
        kept = {"=": "in", "==": "in", "!=": "notin"}.get(operator, operator)
        return Requirement(key=key, operator=kept, values=values)

    def _one(self) -> frozenset[str]:
        if self._peek() in ("", ","):
            return frozenset({""})
        if not _is_name(value := self._take()):
            raise SelectorError(f"found '{value}', expected: identifier")
        return frozenset({value})

    def _set(self) -> frozenset[str]:
        if (word := self._take()) != "(":
            raise SelectorError(f"found '{word}' expected: '('")
        word = self._peek()
        if word == ")":
            self._take()
            return frozenset({""})
        if word != "," and not _is_name(word):
            raise SelectorError(f"found '{word}', expected: ',', ')' or identifier")
        found: set[str] = set()
        while True:
            word = self._take()
            if _is_name(word):
                found.add(word)
                if self._peek() not in (",", ")"):
                    raise SelectorError(f"found '{self._peek()}', expected: ',' or ')'")
            elif word == ",":
                if not found or self._peek() in (",", ")"):
                    found.add("")
            else:
                raise SelectorError(f"found '{word}', expected: ',', or identifier")
            if self._peek() == ")":
                self._take()
                return frozenset(found)


def _check(key: str, operator: str, values: list[str]) -> None:
    from hivehelm.release.labels import value_faults

    errors = [
        _invalid(f"values[{index}]", value, "for 'Gt', 'Lt' operators, the value must be an integer")
        for index, value in enumerate(values)
        if operator in "><" and _int64(value) is None
    ]
    errors += [
        _invalid(f"values[{index}][{key}]", value, "; ".join(faults))
        for index, value in enumerate(values)
        if (faults := value_faults(value))
    ]
    if errors:
        raise errors[0] if len(errors) == 1 else SelectorError(f"[{', '.join(map(str, errors))}]")


def _invalid(path: str, value: str, reason: str) -> SelectorError:
    from hivehelm.golang.fmt import quote

    return SelectorError(f"{path}: Invalid value: {quote(value)}: {reason}")


def _is_name(word: str) -> bool:
    return word != "" and word[0] not in _SPECIAL


def _words(text: str) -> list[str]:
    """Return names and symbols in order, the empty text at the end."""
    import re

    # A NUL ends a name and, alone, the text, as it does in the original.
    text = text.partition("\0")[0]
    return [*re.findall(r"==|!=|[=!(),><]|[^=!(),><\s]+", text, re.ASCII), ""]


def _int64(text: str) -> int | None:
    import re

    if not re.fullmatch(r"[+-]?[0-9]+", text):
        return None
    number = int(text[:32])
    return number if -(1 << 63) <= number < 1 << 63 else None
