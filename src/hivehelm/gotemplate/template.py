"""Sets of templates that call one another (text/template's Template)."""

from __future__ import annotations

from hivehelm.gotemplate import stack
from hivehelm.gotemplate.cache import TemplateCache, shared
from hivehelm.gotemplate.errors import NoTemplateError, TemplateError
from hivehelm.gotemplate.functions.signature import bind, signature
from hivehelm.gotemplate.functions.table import BUILTINS, resolve
from hivehelm.gotemplate.runtime import Run
from hivehelm.gotemplate.stack import fresh, used

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeAlias

    from hivehelm.gotemplate.cache import Parsed
    from hivehelm.gotemplate.functions.signature import Signature

    Entry: TypeAlias = Callable[..., Any] | tuple[str, str]

# The frames that one execution takes besides those of its templates: include, its checks, execute.
_FRAMES = 5


class Template:
    """A template of a set: its name, and the source whose `index`-th template it is."""

    __slots__ = ("function", "index", "name", "parsed", "source")

    def __init__(self, name: str, source: str, parsed: Parsed, index: int) -> None:
        self.name = name
        self.source = source
        self.parsed = parsed
        self.index = index
        self.function: Callable[..., Any] | None = parsed.functions.get(index)

    def compile(self) -> Callable[..., Any]:
        """Return the template's function."""
        self.function = function = self.parsed.function(self.index)
        return function

    def without_data(self) -> Callable[..., Any]:
        """Return the template's function for a dot that is nil."""
        return self.parsed.function(~self.index)


_BOUND: dict[tuple[str, tuple[str, str]], Callable[..., Any]] = {}


def _bound(call: str, target: tuple[str, str]) -> Callable[..., Any]:
    """Return a function of the table, bound for a shape of call; all sets share these."""
    bound = _BOUND.get((call, target))
    if bound is None:
        name, _, shape = call.partition("/")
        bound = _BOUND[call, target] = bind(name, resolve(target), shape)
    return bound


class _Functions(dict[str, "Callable[..., Any]"]):
    """Functions bound for each shape of call, filled as templates call them: `NAME/SHAPE` → callable."""

    def __init__(self, entries: Mapping[str, Entry], parent: _Functions | None = None) -> None:
        self.entries = entries
        self.parent = parent

    def __missing__(self, call: str) -> Callable[..., Any]:
        name, _, shape = call.partition("/")
        owner = self.owner(name)
        bound = None if owner is None else owner.get(call)
        if bound is None:
            entry = BUILTINS[name] if owner is None else owner.entries[name]
            bound = _bound(call, entry) if isinstance(entry, tuple) else bind(name, entry, shape)
            if owner is not None:
                owner[call] = bound
        self[call] = bound
        return bound

    def signature(self, name: str) -> Signature:
        """Return what a function takes."""
        owner = self.owner(name)
        entry = BUILTINS[name] if owner is None else owner.entries[name]
        return signature(resolve(entry) if isinstance(entry, tuple) else entry)

    def names(self) -> set[str]:
        """Return the names of all functions but the built-in ones that nothing replaces."""
        names = set(self.entries)
        return names if self.parent is None else names | self.parent.names()

    def owner(self, name: object) -> _Functions | None:
        """Return the nearest functions that have one of that name; None where it can only be built in."""
        functions: _Functions | None = self
        while functions is not None and name not in functions.entries:
            functions = functions.parent
        return functions

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a function of that name."""
        return name in self.entries or name in BUILTINS or self.owner(name) is not None


class TemplateSet:
    """Templates that see one another, with the functions they may call.

    `functions` maps names to callables marked with `signature.go`, or to entries of `functions.table`, which
    are imported when they are called. `missing_key` is `"zero"` or `"error"`, as Go's option. `name` is that
    of the set's root, which messages about missing templates quote. Without `cache`, all sets of the process
    share one in memory. Executing is thread-safe, adding is not.
    """

    def __init__(
        self,
        functions: Mapping[str, Entry],
        *,
        missing_key: str = "zero",
        cache: TemplateCache | None = None,
        name: str = "",
    ) -> None:
        self.name = name
        self._missing_key = missing_key
        self._cache = cache or shared()
        self._functions = _Functions(functions)
        self._templates: dict[str, Template] = {}
        self._flags = _flags(functions, missing_key)

    def add(self, name: str, text: str) -> Template:
        """Parse `text` under `name`, add it and the templates it defines, and return it.

        A template without a body does not replace one of the same name; what is returned is the one of this
        text all the same.

        Raises:
            ParseError: with Go's text; nothing has been added.
        """
        parsed = self._cache.load(name, text, self._functions, self._flags)
        return self._add(name, parsed)

    def add_all(self, sources: Sequence[tuple[str, bytes]]) -> None:
        """Add texts in UTF-8, each under its name, as `add` does one after the other, to a set that is empty.

        Raises:
            ParseError: with Go's text, of the first that is wrong.
        """
        # Which functions there are decides whether a text is right.
        key = (tuple(sources), frozenset(self._functions.names()), self._flags)
        known: dict[str, Template] | None = self._cache.sets.get(key)
        if known is not None:
            self._templates = known.copy()
            return
        for name, data in sources:
            self.add(name, data.decode("utf-8", "surrogateescape"))
        self._cache.sets.put(key, self._templates.copy(), sum(len(data) for _, data in sources))

    def _add(self, name: str, parsed: Parsed) -> Template:
        templates = self._templates
        here: dict[str, Template] = {}
        vacant: set[str] = set()
        for index, (define, empty) in enumerate(parsed.defines):
            template = Template(name if define is None else define, name, parsed, index)
            if not empty or template.name not in here or template.name in vacant:
                here[template.name] = template
                (vacant.add if empty else vacant.discard)(template.name)
        for known, template in here.items():
            if not (known in vacant and known in templates):
                templates[known] = template
        return here[name]

    def clone(self, functions: Mapping[str, Entry] | None = None) -> TemplateSet:
        """Return a set with the same templates and functions; `functions` replace those of their names."""
        clone = TemplateSet.__new__(TemplateSet)
        clone.name = self.name
        clone._missing_key = self._missing_key
        clone._cache = self._cache
        clone._functions = _Functions(functions, self._functions) if functions else self._functions
        clone._templates = self._templates.copy()
        clone._flags = _flags(functions, self._missing_key) if functions else self._flags
        return clone

    def set_functions(self, functions: Mapping[str, Entry]) -> None:
        """Let `functions` replace those of their names, for templates added from now on and those there are.

        Functions that need the set itself, such as include, can so be made after it.
        """
        self._functions = _Functions(functions, self._functions)

    def lookup(self, name: str) -> Template | None:
        """Return the template of that name."""
        return self._templates.get(name)

    def names(self) -> list[str]:
        """Return the names of all templates, in the order in which they were added."""
        return list(self._templates)

    def execute(self, template: str | Template, data: Any) -> str:
        """Return what a template writes for `data`.

        Raises:
            NoTemplateError: there is none of that name.
            ExecError: with Go's text; its `written` is what the template had written.
        """
        if template.__class__ is str:
            found = self._templates.get(template)
            if found is None:
                raise NoTemplateError(template, self.name)
        else:
            found = template  # type: ignore[assignment]
        before = used.frames
        if before > stack.budget:
            return fresh(self.execute, found, data)  # type: ignore[arg-type]
        run = Run(self._templates, found)  # type: ignore[arg-type]
        out: list[str] = []
        used.frames = before + _FRAMES + found.parsed.frames  # type: ignore[union-attr]
        try:
            function = found.without_data() if data is None else found.function or found.compile()  # type: ignore[union-attr]
            function(data, out.append, self._functions, run)
        except Exception as error:
            from hivehelm.gotemplate.diagnose import diagnose

            diagnosis: TemplateError | None = diagnose(error, run)
            if diagnosis is None and isinstance(error, RecursionError):
                diagnosis = TemplateError(f"template: {run.running[-1].name}: nested too deeply")
            if diagnosis is None:
                raise
            diagnosis.written = "".join(out)
            raise diagnosis from None
        finally:
            used.frames = before
        return "".join(out)


def _flags(functions: Mapping[str, Entry], missing_key: str) -> str:
    flags = "e" if missing_key == "error" else ""
    for name, flag in (("and", "a"), ("or", "o"), ("not", "n"), ("break", "b"), ("continue", "c")):
        if name in functions:
            flags += flag
    return flags
