"""Forms with files (`multipart/form-data`, RFC 7578), taken apart in memory: bodies are bounded before."""

from __future__ import annotations

from typing import Final

from hivehelm.api.problems import ProblemError

_MOST_PARTS: Final = 16
_MOST_HEADERS: Final = 8192
_LONGEST_BOUNDARY: Final = 70


class FormError(ProblemError):
    """A body is no form, though its type says so."""

    def __init__(self, detail: str) -> None:
        super().__init__(400, detail)


def is_form(content_type: str) -> bool:
    """Tell whether a body of that type is a form with files."""
    return content_type.partition(";")[0].strip().lower() == "multipart/form-data"


def fields(body: bytes, content_type: str) -> dict[str, bytes]:
    """Return the contents of a form's fields by their names; of several of one name, the first.

    Raises:
        FormError: it is no form.
    """
    boundary = _parameter(content_type, "boundary")
    if not boundary or len(boundary) > _LONGEST_BOUNDARY:
        raise FormError("the body's type names no boundary")
    mark = b"--" + boundary.encode("latin-1", "replace")
    start = 0 if body.startswith(mark) else body.find(b"\r\n" + mark) + 2
    if start == 1:
        raise FormError("the form does not begin with its boundary")
    found: dict[str, bytes] = {}
    for _ in range(_MOST_PARTS):
        start += len(mark)
        if body.startswith(b"--", start):
            return found
        end_of_line = body.find(b"\r\n", start)
        if end_of_line < 0 or body[start:end_of_line].strip(b" \t"):
            raise FormError("the form is cut off")
        end = body.find(b"\r\n" + mark, end_of_line)
        head = body.find(b"\r\n\r\n", end_of_line, end_of_line + _MOST_HEADERS)
        if end < 0 or head < 0 or head > end:
            raise FormError("the form is cut off")
        name = _name(body[end_of_line + 2 : head])
        if name is not None:
            found.setdefault(name, body[head + 4 : end])
        start = end + 2
    raise FormError(f"the form has more than {_MOST_PARTS} parts")


def _name(headers: bytes) -> str | None:
    for line in headers.decode("utf-8", "replace").split("\r\n"):
        key, _, value = line.partition(":")
        if key.strip().lower() == "content-disposition":
            return _parameter(value, "name")
    return None


def _parameter(value: str, wanted: str) -> str | None:
    """Return a parameter of a header's value, whether it is quoted or not."""
    rest = value.partition(";")[2]
    while rest:
        key, equals, rest = rest.partition("=")
        if not equals:
            return None
        rest = rest.lstrip()
        if rest.startswith('"'):
            text, rest = _quoted(rest)
            rest = rest.partition(";")[2]
        else:
            text, _, rest = rest.partition(";")
            text = text.strip()
        if key.strip().lower() == wanted:
            return text
    return None


def _quoted(text: str) -> tuple[str, str]:
    """Return what a quoted string says, and what comes after it."""
    found: list[str] = []
    position = 1
    while position < len(text) and text[position] != '"':
        if text[position] == "\\" and text[position + 1 : position + 2] in ('"', "\\"):
            position += 1
        found.append(text[position])
        position += 1
    return "".join(found), text[position + 1 :]
