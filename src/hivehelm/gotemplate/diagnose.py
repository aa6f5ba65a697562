"""From a Python exception in a compiled template to Go's error.

The traceback gives the position of the instruction that failed; compiling the template again gives the node
that stands there. Go's complaint names the node that it looked at last, which is found by its order of
evaluation (text/template's exec.go, the calls of `state.at`).
"""

from __future__ import annotations

from itertools import islice

from hivehelm.errors import HivehelmError
from hivehelm.golang.fmt import quote
from hivehelm.golang.kinds import MethodError, NoFieldError, Struct, TypedMap, TypedSlice, type_name
from hivehelm.gotemplate import nodes
from hivehelm.gotemplate.cache import Paused
from hivehelm.gotemplate.compiler import FILENAME, Compiler
from hivehelm.gotemplate.errors import ExecError, Wrapping
from hivehelm.gotemplate.functions.signature import CallError, FunctionError
from hivehelm.gotemplate.lexer import as_bytes
from hivehelm.gotemplate.order import calls_around, last
from hivehelm.gotemplate.retrace import Retrace, refusal
from hivehelm.gotemplate.runtime import NoEntryError, NoMethodError, RangeRefusalError, RefusalError
from hivehelm.gotemplate.sites import CallDetail, Site, Source
from hivehelm.gotemplate.stack import fresh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any

    from hivehelm.gotemplate.cache import Parsed
    from hivehelm.gotemplate.runtime import Run


def diagnose(error: Exception, run: Run) -> ExecError | None:
    """Return the error of the execution `run` that ended in `error`; None for what is no template's fault."""
    found = _frame(error.__traceback__)
    if found is None:
        return None
    frame, instruction, innermost = found
    template = run.running[-1]
    if isinstance(error, RecursionError):
        located = fresh(_locate, template.parsed, frame, instruction)
    else:
        located = _locate(template.parsed, frame, instruction)
    if located is None:
        return None
    site, compiler = located
    told = _Teller(site, error, frame, innermost, compiler).tell()
    if told is None:
        return None
    node, words, cause = told
    line, column = Source(as_bytes(template.parsed.text)).place(node.pos)
    return ExecError(
        template=template.name,
        source=template.source,
        line=line,
        column=column,
        node=_text(node),
        words=words,
        cause=cause,
    )


def _locate(parsed: Parsed, frame: FrameType, instruction: int) -> tuple[Site, Compiler] | None:
    name = frame.f_code.co_name[1:].partition("_")[0]
    index = int(name.rstrip("n"))
    compiler = Compiler(parsed.placed(index), index, parsed.flags, nil=name.endswith("n"), traced=True)
    with Paused():
        compiler.compile()
    line = next(islice(frame.f_code.co_positions(), instruction // 2, None))[0]
    site = compiler.sites.find(line)
    return None if site is None else (site, compiler)


def found_nil(frame: FrameType | None, position: int) -> bool:
    """Tell whether the nil that is an argument of the template's running call is an interface's.

    `frame` is one that the call has led to.
    """
    while frame is not None and frame.f_code.co_filename != FILENAME:
        frame = frame.f_back
    if frame is None:
        return True
    parsed = frame.f_locals["run"].running[-1].parsed
    located = _locate(parsed, frame, frame.f_lasti)
    if located is None:
        return True
    site, compiler = located
    return Retrace(frame, compiler).interface(site.detail.arguments[position])


def _text(node: nodes.Node) -> str:
    try:
        return str(node)
    except RecursionError:
        return fresh(str, node)


def _frame(traceback: TracebackType | None) -> tuple[FrameType, int, bool] | None:
    """Return the innermost template frame, its instruction, and whether nothing was called from there."""
    found = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILENAME:
            found = traceback
        traceback = traceback.tb_next
    if found is None:
        return None
    return found.tb_frame, found.tb_lasti, found.tb_next is None


class _Teller:
    """Works out what Go would say."""

    def __init__(
        self, site: Site, error: Exception, frame: FrameType, innermost: bool, compiler: Compiler
    ) -> None:
        self.site = site
        self.error = error
        self.retrace = Retrace(frame, compiler)
        self.innermost = innermost
        self.compiler = compiler

    def tell(self) -> tuple[nodes.Node, str, Exception | None] | None:
        """Return the node, the complaint, and the error that it wraps."""
        site, error = self.site, self.error
        node = site.node
        for command, position in calls_around(self.compiler.tree.statements, node):
            if (refused := self._refused_before(command, position)) is not None:
                return refused
        if isinstance(error, NameError) or (isinstance(error, KeyError) and site.kind == "variable"):
            return node, f"undefined variable: {node.name}", None  # type: ignore[attr-defined]
        if site.kind == "stop" and isinstance(error, RefusalError):
            return self._last(node) if isinstance(node, nodes.Command) else node, site.detail, None
        if site.kind == "field":
            return self._field(node, site.detail)
        if site.kind in ("call", "method"):
            return self._call(site.detail)
        if isinstance(error, RangeRefusalError):
            return self._last(node.pipe), str(error), None  # type: ignore[attr-defined]
        if site.kind == "print" and isinstance(error, RefusalError):
            return node, f"can't print {node} {error}", None
        if isinstance(error, RefusalError):
            return node, str(error), None
        return None

    # --- fields

    def _field(self, node: nodes.Node, index: int) -> tuple[nodes.Node, str, Exception | None] | None:
        error = self.error
        names: list[str] = node.names  # type: ignore[attr-defined]
        name = names[index]
        at = self._last(node) if isinstance(node, nodes.Chain) else node
        if isinstance(error, NoFieldError):
            return at, self._no_field(node, index, error.receiver, name), None
        if isinstance(error, NoEntryError):
            return at, self._no_entry(node, index, error.receiver, name), None
        if isinstance(error, AttributeError) and self.innermost:
            return at, self._no_field(node, index, error.obj, name), None
        if isinstance(error, MethodError):
            return at, str(error), None
        if isinstance(error, HivehelmError):
            return node, f"error calling {name}: ", error
        return None

    def _no_field(self, node: nodes.Node, index: int, receiver: Any, name: str) -> str:
        shown = self._static_type(node, index, receiver)
        if receiver is None:
            return f"nil pointer evaluating {shown}.{name}"
        if isinstance(receiver, Struct) and name in (getattr(receiver, "LAYOUT", None) or {}):
            return f"{name} is an unexported field of struct type {shown}"
        return f"can't evaluate field {name} in type {shown}"

    def _no_entry(self, node: nodes.Node, index: int, receiver: Any, name: str) -> str:
        if receiver is None and not self._is_interface(node, index, receiver):
            return f"nil data; no entry for key {quote(name)}"
        if isinstance(receiver, dict):
            return f"map has no entry for key {quote(name)}"
        return self._no_field(node, index, receiver, name)

    def _static_type(self, node: nodes.Node, index: int, receiver: Any) -> str:
        """Return the type by which Go knows the receiver of the `index`-th field of a chain."""
        if self._is_interface(node, index, receiver):
            return "interface {}"
        return type_name(receiver)

    def _is_interface(self, node: nodes.Node, index: int, receiver: Any) -> bool:
        if index:
            if receiver is None:
                return True
            # What holds the receiver decides: a map[string]any holds interfaces.
            holder = self.retrace.receiver(node, index - 1)
            if isinstance(holder, (TypedMap, Struct)):
                return False
            # So does a method of that name.
            return node.names[index - 1] not in getattr(holder, "METHODS", ())  # type: ignore[attr-defined]
        if isinstance(node, nodes.Chain):
            return not isinstance(node.operand, nodes.Pipe) and receiver is None
        root = self.compiler.roots.get(id(node))
        # Of an integer and of bytes, a range gives numbers.
        return root is not None and any(
            not isinstance(holder, (TypedSlice, TypedMap, int, bytes)) for holder in self.retrace.holder(root)
        )

    # --- calls

    def _call(self, detail: CallDetail) -> tuple[nodes.Node, str, Exception | None] | None:
        error, node = self.error, self.site.node
        if isinstance(error, CallError):
            return self._refused(error, detail)
        if isinstance(error, MethodError):
            return self._last(node) if isinstance(node, nodes.Chain) else node, str(error), None
        if isinstance(error, NoMethodError):
            at = self._last(node) if isinstance(node, nodes.Chain) else node
            return at, self._no_method(error, node), None
        if isinstance(error, HivehelmError):
            # What has a cause is long, and none of these.
            message = "" if isinstance(error, Wrapping) else str(error)
            if message == "len of nil pointer" and not self._nil_is_interface(detail):
                message = "reflect: call of reflect.Value.Type on zero Value"
                error = FunctionError(message)
            elif detail.name == "call" and "\0" in message:
                before, _, rest = message.partition("\0")
                shown, _, after = rest.rpartition("\0")
                message = f"{before}{detail.arguments[0] if detail.arguments else shown}{after}"
                error = FunctionError(message)
            return node, f"error calling {detail.name}: ", error
        if isinstance(error, RecursionError):
            return node, f"error calling {detail.name}: nested too deeply", None
        return None

    def _no_method(self, error: NoMethodError, node: nodes.Node) -> str:
        receiver, name = error.receiver, error.name
        names = node.names  # type: ignore[attr-defined]
        index = len(names) - 1
        if isinstance(receiver, dict):
            return f"{name} is not a method but has arguments"
        if isinstance(receiver, Struct) and name in receiver.FIELDS:
            return f"{name} has arguments but cannot be invoked as function"
        if receiver is None and self.compiler.strict and not self._is_interface(node, index, receiver):
            return f"nil data; no entry for key {quote(name)}"
        return self._no_field(node, index, receiver, name)

    def _refused_before(
        self, command: nodes.Command, position: int
    ) -> tuple[nodes.Node, str, Exception | None] | None:
        """Return the complaint about an argument of a call before that at `position`, which failed.

        Go looks at each argument before it evaluates the next one; we do once we have them all.
        """
        first, *words = command.words
        declared = self.retrace.signature(first)
        if declared is None:
            return None
        for index, word in enumerate(words[:position]):
            error = refusal(declared.kind(index), index, word, self.retrace)
            if error is not None:
                detail = CallDetail("", first, words, "")
                return self._refused(error, detail)
        return None

    def _refused(self, error: CallError, detail: CallDetail) -> tuple[nodes.Node, str, Exception | None]:
        start = detail.identifier
        if isinstance(start, nodes.Chain):
            start = self._last(start)
        if error.argument is None:
            return start, str(error), None
        words = detail.arguments
        if error.argument >= len(words):
            # The piped value is looked at after the last argument.
            at = self._last(words[-1]) if words else start
            return at, self._nil(error, interface=False), None
        word = words[error.argument]
        message = str(error)
        if error.nil:
            return self._last(word), self._nil(error, interface=self.retrace.interface(word)), None
        if message.endswith("found "):
            message += str(word)
        elif message == " overflows int":
            message = f"{word}{message}"
        elif message == "can't handle ":
            message += f"{word} for arg of type {error.expected}"
        return self._last(word), message, None

    def _nil(self, error: CallError, *, interface: bool) -> str:
        if not error.nil:
            return str(error)
        if interface:
            return f"wrong type for value; expected {error.expected}; got interface {{}}"
        return f"invalid value; expected {error.expected}"

    def _nil_is_interface(self, detail: CallDetail) -> bool:
        return bool(detail.arguments) and self.retrace.interface(detail.arguments[0])

    def _last(self, node: nodes.Node) -> nodes.Node:
        return last(node, self.retrace.evaluate)
