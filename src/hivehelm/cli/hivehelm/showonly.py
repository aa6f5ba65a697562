"""`--show-only`: the documents of some templates (Helm's `pkg/cmd/template.go`, Go's `filepath.Match`)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class TemplateNotFoundError(HivehelmError):
    """No template that renders to something has that name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"could not find template {self.name} in chart"


def select(text: str, patterns: Sequence[str]) -> list[str]:
    """Return the documents whose template, named from the chart's directory, matches; in the patterns' order.

    Raises:
        TemplateNotFoundError: a pattern matches nothing.
    """
    from hivehelm.manifest.documents import split

    documents = [(_template(document), document) for document in split(text)]
    found: list[str] = []
    for pattern in patterns:
        matching = [document for name, document in documents if name and match(pattern, name)]
        if not matching:
            raise TemplateNotFoundError(pattern)
        found += matching
    return found


def _template(document: str) -> str:
    """Return what the first `# Source: chart/…` line of a document says after the chart's name."""
    for line in document.split("\n"):
        _, mark, path = line.partition("# Source: ")
        while mark:
            chart, slash, name = path.partition("/")
            if chart and slash and name:
                return name
            _, mark, path = path.partition("# Source: ")
    return ""


def match(pattern: str, name: str) -> bool:
    """Tell whether a path matches: `*` and `?` stop at slashes, `[a-z]`, `[^a-z]` are classes, `\\` escapes.

    A pattern that is not well-formed matches nothing.
    """
    if not any(mark in pattern for mark in "*?[\\"):
        return pattern == name
    import re

    expression = ""
    i = 0
    while i < len(pattern):
        letter = pattern[i]
        i += 1
        if letter == "*":
            expression += "[^/]*"
        elif letter == "?":
            expression += "[^/]"
        elif letter == "\\":
            if i == len(pattern):
                return False
            expression += re.escape(pattern[i])
            i += 1
        elif letter == "[":
            end, part = _class(pattern, i)
            if end < 0:
                return False
            i, expression = end, expression + part
        else:
            expression += re.escape(letter)
    return re.fullmatch(expression, name, re.DOTALL) is not None


def _class(pattern: str, start: int) -> tuple[int, str]:
    """Return where a character class ends and the expression for it; -1 where it is not well-formed."""
    import re

    i = start
    negated = pattern[i : i + 1] == "^"
    i += negated
    body = ""
    while True:
        if i >= len(pattern):
            return -1, ""
        if pattern[i] == "]" and body:
            return i + 1, f"[{'^' if negated else ''}{body}]"
        low, i = _class_letter(pattern, i)
        high = low
        if low and pattern[i : i + 1] == "-":
            high, i = _class_letter(pattern, i + 1)
        if not low or not high:
            return -1, ""
        if low <= high:
            body += f"{re.escape(low)}-{re.escape(high)}"
        elif not body:
            body = "\\ud800"  # an empty range matches no letter
        if i >= len(pattern):
            return -1, ""


def _class_letter(pattern: str, i: int) -> tuple[str, int]:
    letter = pattern[i : i + 1]
    if letter in ("", "-", "]"):
        return "", i
    if letter == "\\":
        return pattern[i + 1 : i + 2], i + 2
    return letter, i + 1
