"""libyaml's events as go-yaml would give them: the few differences between the two, mended.

go-yaml is a port of an older libyaml. Where they differ, the text is changed so that libyaml reads it as
go-yaml does, and read again; characters of the private use area stand for what was replaced:

- a colon before a bracket, brace or comma belongs to a plain scalar inside of brackets, where libyaml fails;
- a question mark is a mark of its own inside of brackets, where libyaml takes it for a part of the scalar;
- U+FEFF at the start of a line is a character like any other, and libyaml skips it;
- only `%YAML 1.1` is taken;
- a text is read in pieces of 512 bytes, and wrong bytes are noticed when their piece is read.
"""

from __future__ import annotations

from hivehelm.golang.yaml import libyaml
from hivehelm.golang.yaml.decode import MAX_DEPTH
from hivehelm.golang.yaml.error import YAMLError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

_PIECE: Final = 512
# Each round reads the text once more.
_ROUNDS: Final = 100
_BOM: Final = "\ufeff"
_BYTE_ORDER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class _AgainError(Exception):
    """The text was changed, and is to be read from its start."""


class Source:
    """A YAML text that is read as go-yaml reads it."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw or b"\n"
        self._text: str | None = None
        self._names: dict[str, str] = {}

    @property
    def edited(self) -> bool:
        """Whether there is something for `restored` to restore."""
        return bool(self._names)

    def document(self) -> list[Any]:
        """Return the events of the first document, from the one after its start to its end.

        An empty list stands for a stream without documents. An alias without its anchor ends the list:
        go-yaml gives up there, and so does the reading.

        Raises:
            YAMLError: the syntax is wrong; go-yaml's text.
        """
        return self._rounds(self._read)

    def check(self) -> None:
        """Read all documents.

        Raises:
            YAMLError: the syntax is wrong.
        """
        self._rounds(self._read_all)

    def _rounds(self, read: Callable[[], list[Any]]) -> list[Any]:
        if _BOM.encode() in self._raw[3:]:
            self._replace_byte_order_marks()
        for _ in range(_ROUNDS):
            try:
                return read()
            except _AgainError:
                continue
        raise YAMLError("yaml: the document is not understood")

    def _read_all(self) -> list[Any]:
        try:
            libyaml.CParser(self._raw).raw_parse()
        except libyaml.LibraryError as error:
            self._mend(error)
            raise self._error(error) from None
        return []

    def restored(self, text: str) -> str:
        """Return `text` with the characters that stood in it at first."""
        for stand_in, char in self._names.items():
            text = text.replace(stand_in, char)
        return text

    def _read(self) -> list[Any]:
        found: list[Any] = []
        try:
            parser = libyaml.CParser(self._raw)
            events = parser.get_event
            events()
            if (start := events()).__class__ is libyaml.StreamEndEvent:
                return found
            if start.version not in (None, (1, 1)):
                raise self._version_error()
            self._collect(events, found)
        except libyaml.LibraryError as error:
            self._mend(error)
            raise self._error(error) from None
        return found

    def _collect(self, events: Any, found: list[Any]) -> None:
        """Add the document's events to `found`, and look for question marks in brackets on the way."""
        flows: list[str] = []
        brackets = [0]
        anchors: set[str] = set()
        while True:
            event = events()
            kind = event.__class__
            found.append(event)
            if kind is libyaml.AliasEvent:
                if event.anchor not in anchors:
                    break
            elif kind is not libyaml.DocumentEndEvent and getattr(event, "anchor", None) is not None:
                anchors.add(event.anchor)
            if kind is libyaml.ScalarEvent:
                if flows and flows[-1] and not event.style and "?" in event.value:
                    self._question(event, flows[-1])
            elif kind is libyaml.MappingStartEvent:
                # A pair without braces is part of the list that it is in.
                pair = event.start_mark.index == event.end_mark.index
                flows.append((flows[-1] if pair else "}") if event.flow_style else "")
                brackets.append(brackets[-1] + (event.flow_style and not pair))
                self._bound(event, brackets[-1], len(flows))
            elif kind is libyaml.SequenceStartEvent:
                flows.append("]" if event.flow_style else "")
                brackets.append(brackets[-1] + event.flow_style)
                self._bound(event, brackets[-1], len(flows))
            elif kind is libyaml.MappingEndEvent or kind is libyaml.SequenceEndEvent:
                flows.pop()
                brackets.pop()
            elif kind is libyaml.DocumentEndEvent:
                return

    @staticmethod
    def _bound(event: Any, brackets: int, depth: int) -> None:
        """Refuse what go-yaml finds too deep: it counts brackets and indentation each on their own."""
        if brackets > MAX_DEPTH or depth - brackets > MAX_DEPTH:
            line = event.start_mark.line
            where = f"line {line + 1}: " if line else ""
            raise YAMLError(f"yaml: {where}exceeded max depth of {MAX_DEPTH}", line and line + 1)

    def _question(self, event: Any, closing: str) -> None:
        """Make a question mark before a plain scalar a mark of its own; within one it is go-yaml's error."""
        text = self._editable()
        if text is None:
            return
        start = event.start_mark.index
        if text[start : start + 1] == "?":
            self._put(f"{text[: start + 1]} {text[start + 1 :]}")
            raise _AgainError
        before = text[start : text.index("?", start)]
        line = event.start_mark.line + len(f"{before}?".splitlines()) - 1
        where = f"line {line}: " if line else ""
        raise YAMLError(f"yaml: {where}did not find expected ',' or '{closing}'", line)

    def _mend(self, error: Any) -> None:
        """Change the text where the error is one that go-yaml does not have."""
        if getattr(error, "problem", "") != "found unexpected ':'":
            return
        text = self._editable()
        place = error.problem_mark.index
        if text is not None and text[place : place + 1] == ":":
            self._put(text[:place] + self._stand_in(":", text) + text[place + 1 :])
            raise _AgainError

    def _editable(self) -> str | None:
        """Return the text, whose characters libyaml counts as Python does, None if it is not UTF-8."""
        if self._text is None and not self._raw.startswith(_BYTE_ORDER_MARKS):
            try:
                self._text = self._raw.decode().removeprefix(_BOM)
            except UnicodeDecodeError:
                return None
        return self._text

    def _put(self, text: str) -> None:
        self._text = text
        self._raw = text.encode()

    def _stand_in(self, char: str, text: str) -> str:
        """Return a character that is not in `text`, to stand for `char`."""
        for stand_in, known in self._names.items():
            if known == char:
                return stand_in
        used = {*text, *self._names}
        found = next(chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in used)
        self._names[found] = char
        return found

    def _replace_byte_order_marks(self) -> None:
        if (text := self._editable()) is not None and _BOM in text:
            # A second one at the start is passed over, and takes up a column.
            if text.startswith(_BOM):
                text = " " + text[1:]
            self._put(text.replace(_BOM, self._stand_in(_BOM, text)))

    def _version_error(self) -> YAMLError:
        before = self._raw[: max(self._raw.find(b"\n%YAML") + 1, 0)]
        line = before.count(b"\n")
        where = f"line {line}: " if line else ""
        return YAMLError(f"yaml: {where}found incompatible YAML document", line)

    def _error(self, error: Any) -> YAMLError:
        """Return libyaml's error in go-yaml's words, with the line that go-yaml reports."""
        if self._has_later_version():
            return self._version_error()
        if (reason := getattr(error, "reason", None)) is not None:
            return self._reader_error(reason)
        return self._marked_error(error)

    def _has_later_version(self) -> bool:
        """Say whether the first directive, before which there is nothing but comments, is for YAML 1.2."""
        for line in self._raw.split(b"\n"):
            if line.startswith(b"%YAML"):
                return line[5:].split(b"#")[0].strip() == b"1.2"
            if line.strip() and not line.lstrip().startswith(b"#"):
                return False
        return False

    def _reader_error(self, reason: str) -> YAMLError:
        try:
            parser = libyaml.CParser(_Pieces(self._raw))
            events = parser.get_event
            while events().__class__ is not libyaml.DocumentEndEvent:
                pass
        except libyaml.LibraryError as error:
            if getattr(error, "reason", None) is None:
                return self._marked_error(error)
        return YAMLError(f"yaml: {reason}")

    def _marked_error(self, error: Any) -> YAMLError:
        line = 0
        mark = error.problem_mark
        if mark is not None and mark.line:
            line = mark.line + (type(error).__name__ == "ScannerError")
            line += self._ends_line_first(error)
        elif error.context_mark is not None:
            line = error.context_mark.line
        where = f"line {line}: " if line else ""
        return YAMLError(f"yaml: {where}{error.problem or 'unknown problem parsing YAML content'}", line)

    def _ends_line_first(self, error: Any) -> bool:
        """Say whether go-yaml misses a colon only once it has ended the last line, which had no end.

        A plain scalar has run into the end of the text itself, and is looked at before.
        """
        text, mark = self._editable(), error.problem_mark
        if error.problem != "could not find expected ':'" or not mark.column or text is None:
            return False
        if mark.index < len(text):
            return False
        key = text[error.context_mark.index :]
        return key[:1] in "\"'[{&*!" or " #" in key or "\n#" in key


class _Pieces:
    """A text that is read as go-yaml reads one: by 512 bytes, among them what is left of a character."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        left = 0
        for back in range(1, min(3, self._at) + 1):
            byte = self._raw[self._at - back]
            if byte >= 0xC0:
                width = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
                left = back if width > back else 0
                break
            if byte < 0x80:
                break
        piece = self._raw[self._at : self._at + min(size, _PIECE - left)]
        self._at += len(piece)
        return piece
