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
from hivehelm.gotemplate.errors import ExecError
from hivehelm.gotemplate.functions.signature import CallError, FunctionError
from hivehelm.gotemplate.lexer import as_bytes
from hivehelm.gotemplate.order import UNKNOWN, last
from hivehelm.gotemplate.runtime import NoEntryError, NoMethodError, RangeRefusalError, RefusalError
from hivehelm.gotemplate.sites import CallDetail, Site, Source
from hivehelm.gotemplate.stack import fresh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any

    from hivehelm.gotemplate.cache import Parsed
    from hivehelm.gotemplate.runtime import Run


# Functions that can be called once more to see what a chain of fields began with.
PURE = frozenset(
    ["date", "dict", "get", "index", "list", "mustToDate", "mustToDuration", "semver", "toDate", "toDuration"]
)
_LETTERS = {nodes.String: "s", nodes.Number: "#", nodes.Bool: "b", nodes.Nil: "n"}


def diagnose(error: Exception, run: Run) -> ExecError | None:
    """Return the error of the execution `run` that ended in `error`; None for what is no template's fault."""
    found = _frame(error.__traceback__)
    if found is None:
        return None
    frame, instruction, innermost = found
    template = run.running[-1]
    source = Source(as_bytes(template.parsed.text))
    if isinstance(error, RecursionError):
        located = fresh(_locate, template.parsed, source, frame, instruction)
    else:
        located = _locate(template.parsed, source, frame, instruction)
    if located is None:
        return None
    site, compiler = located
    told = _Teller(site, error, frame, innermost, compiler).tell()
    if told is None:
        return None
    node, message, cause = told
    line, column = source.place(node.pos)
    return ExecError(
        template=template.name,
        source=template.source,
        line=line,
        column=column,
        node=_text(node),
        message=message,
        cause=cause,
    )


def _locate(
    parsed: Parsed, source: Source, frame: FrameType, instruction: int
) -> tuple[Site, Compiler] | None:
    name = frame.f_code.co_name[1:].partition("_")[0]
    index = int(name.rstrip("n"))
    compiler = Compiler(parsed.tree(index), index, source, parsed.flags, nil=name.endswith("n"))
    with Paused():
        compiler.compile()
    line, _, column, end = next(islice(frame.f_code.co_positions(), instruction // 2, None))
    site = compiler.sites.find(line, column, end)
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
    located = _locate(parsed, Source(as_bytes(parsed.text)), frame, frame.f_lasti)
    if located is None:
        return True
    site, compiler = located
    teller = _Teller(site, CallError(""), frame, False, compiler)
    return teller.interface(site.detail.arguments[position])


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
        self.locals = frame.f_locals
        self.innermost = innermost
        self.compiler = compiler

    def tell(self) -> tuple[nodes.Node, str, Exception | None] | None:
        """Return the node, the complaint, and the error that it wraps."""
        site, error = self.site, self.error
        node = site.node
        if isinstance(error, NameError):
            return node, f"undefined variable: {node.name}", None  # type: ignore[attr-defined]
        if site.kind == "stop" and isinstance(error, RefusalError):
            return node, site.detail, None
        if site.kind == "field":
            return self._field(node, site.detail)
        if site.kind in ("call", "method"):
            return self._call(site.detail)
        if isinstance(error, RangeRefusalError):
            return last(node.pipe), str(error), None  # type: ignore[attr-defined]
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
        at = last(node) if isinstance(node, nodes.Chain) else node
        if isinstance(error, NoFieldError):
            return at, self._no_field(node, index, error.receiver, name), None
        if isinstance(error, NoEntryError):
            return at, self._no_entry(node, index, error.receiver, name), None
        if isinstance(error, AttributeError) and self.innermost:
            return at, self._no_field(node, index, error.obj, name), None
        if isinstance(error, MethodError):
            return at, str(error), None
        if isinstance(error, HivehelmError):
            return node, f"error calling {name}: {error}", error
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
            holder = self._receiver(node, index - 1)
            if isinstance(holder, (TypedMap, Struct)):
                return False
            # So does a method of that name.
            return node.names[index - 1] not in getattr(holder, "METHODS", ())  # type: ignore[attr-defined]
        if isinstance(node, nodes.Chain):
            return not isinstance(node.operand, nodes.Pipe) and receiver is None
        root = self.compiler.roots.get(id(node))
        if root is None or not root.interface:
            return False
        # Of an integer and of bytes, a range gives numbers.
        return not isinstance(self.locals.get(root.kept), (TypedSlice, TypedMap, int, bytes))

    def _receiver(self, node: nodes.Node, index: int) -> Any:
        """Return the value that the `index`-th field of a chain was asked of."""
        names: list[str]
        if isinstance(node, nodes.Chain):
            value = self._evaluate(node.operand)
            names = node.names
        else:
            value = self._root(node)
            names = node.names  # type: ignore[attr-defined]
        for name in names[:index]:
            if value is UNKNOWN:
                break
            value = _get(value, name)
        return value

    def _root(self, node: nodes.Node) -> Any:
        root = self.compiler.roots.get(id(node))
        if root is None:
            return UNKNOWN
        if isinstance(root.load, int):
            return self.locals.get("V", {}).get(root.load, UNKNOWN)
        return self.locals.get(root.load, UNKNOWN)

    def _evaluate(self, node: nodes.Node) -> Any:
        """Return the value of an operand that calls no function; `UNKNOWN` of others."""
        if isinstance(node, nodes.Pipe):
            if len(node.commands) == 1:
                return self._command(node.commands[0].words)
            return UNKNOWN
        if isinstance(node, nodes.Field):
            return self._chain(self._root(node), node.names)
        if isinstance(node, nodes.Variable):
            return self._chain(self._root(node), node.names)
        if isinstance(node, nodes.Chain):
            return self._chain(self._evaluate(node.operand), node.names)
        if isinstance(node, nodes.Dot):
            return self._root(node)
        if isinstance(node, (nodes.String, nodes.Bool, nodes.Number)):
            return node.value
        return UNKNOWN

    def _command(self, words: list[nodes.Operand]) -> Any:
        first = words[0]
        if not isinstance(first, nodes.Identifier):
            return self._evaluate(first) if len(words) == 1 else UNKNOWN
        values = [self._evaluate(word) for word in words[1:]]
        if first.name not in PURE or UNKNOWN in values:
            return UNKNOWN
        shape = "".join(_LETTERS.get(word.__class__, ".") for word in words[1:])
        try:
            return self.locals["F"][f"{first.name}/{shape}"](*values)
        except HivehelmError:
            return UNKNOWN

    def _chain(self, value: Any, names: list[str]) -> Any:
        for name in names:
            if value is UNKNOWN or value is None:
                return value
            value = _get(value, name)
        return value

    # --- calls

    def _call(self, detail: CallDetail) -> tuple[nodes.Node, str, Exception | None] | None:
        error, node = self.error, self.site.node
        if isinstance(error, CallError):
            return self._refused(error, detail)
        if isinstance(error, MethodError):
            return last(node) if isinstance(node, nodes.Chain) else node, str(error), None
        if isinstance(error, NoMethodError):
            at = last(node) if isinstance(node, nodes.Chain) else node
            return at, self._no_method(error, node), None
        if isinstance(error, HivehelmError):
            message = str(error)
            if message == "len of nil pointer" and not self._nil_is_interface(detail):
                message = "reflect: call of reflect.Value.Type on zero Value"
                error = FunctionError(message)
            elif detail.name == "call" and "\0" in message:
                before, _, rest = message.partition("\0")
                shown, _, after = rest.rpartition("\0")
                message = f"{before}{detail.arguments[0] if detail.arguments else shown}{after}"
                error = FunctionError(message)
            return node, f"error calling {detail.name}: {message}", error
        if isinstance(error, RecursionError):
            return node, f"error calling {detail.name}: {error}", None
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

    def _refused(self, error: CallError, detail: CallDetail) -> tuple[nodes.Node, str, Exception | None]:
        start = detail.identifier
        if isinstance(start, nodes.Chain):
            start = last(start)
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
            return self._last(word), self._nil(error, interface=self.interface(word)), None
        if message.endswith("found "):
            message += str(word)
        elif message == "can't handle ":
            message += f"{word} for arg of type {error.expected}"
        return self._last(word), message, None

    def _nil(self, error: CallError, *, interface: bool) -> str:
        if not error.nil:
            return str(error)
        if interface:
            return f"wrong type for value; expected {error.expected}; got interface {{}}"
        return f"invalid value; expected {error.expected}"

    def interface(self, word: nodes.Node) -> bool:
        """Tell whether the nil that an argument gave is an interface's: one found in a map or a list."""
        if isinstance(word, (nodes.Pipe, nodes.Nil)):
            return False
        if isinstance(word, nodes.Chain):
            return self._evaluate(word.operand) is not None
        if isinstance(word, nodes.Identifier):
            return True
        root = self.compiler.roots.get(id(word))
        if isinstance(word, nodes.Dot) or (isinstance(word, nodes.Variable) and not word.names):
            return root is not None and root.interface
        return self._root(word) is not None

    def _nil_is_interface(self, detail: CallDetail) -> bool:
        return bool(detail.arguments) and self.interface(detail.arguments[0])

    def _last(self, node: nodes.Node) -> nodes.Node:
        return last(node, self._evaluate)


def _get(value: Any, name: str) -> Any:
    if value is None:
        return None
    try:
        return value.get(name)
    except Exception:
        return UNKNOWN
