"""Compiled templates by the content of their sources, in memory and in a directory.

Code from an entry of the directory is run as it is, so the directory and the entry must be the user's own.
"""

from __future__ import annotations

import sys

from hivehelm import private
from hivehelm.fastpaths import FAST
from hivehelm.gotemplate.errors import ParseError
from hivehelm.gotemplate.runtime import GLOBALS
from hivehelm.gotemplate.store import Store
from hivehelm.seen import Seen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from types import CodeType, FunctionType
    from typing import Any

    from hivehelm.gotemplate import nodes

else:
    FunctionType = type(lambda: None)  # as in types, which takes longer to import than a template to run

# Counts up with every change of what the compiler makes of a template.
VERSION = 15

# So many sources are kept in memory: those of several large charts.
MEMORY = 8192

_DIGEST = 16


class Paused:
    """Keeps the garbage collector from running: trees only grow while they are built."""

    def __enter__(self) -> None:
        import gc

        self.enabled = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self.enabled:
            import gc

            gc.enable()


class Parsed:
    """One source, parsed: its templates, and their code as far as it has been needed.

    `defines` are (name, empty) of its templates in the order in which they are to be added; the name of the
    main one is None. `called` are the functions it names. `frames` is how many Python frames a template takes
    at most.
    """

    __slots__ = (
        "called",
        "codes",
        "defines",
        "dirty",
        "exact",
        "flags",
        "frames",
        "functions",
        "key",
        "text",
        "trees",
    )

    def __init__(self, key: bytes, text: str, flags: str) -> None:
        self.key = key
        self.text = text
        self.flags = flags
        self.defines: tuple[tuple[str | None, bool], ...] = ()
        self.called: frozenset[str] = frozenset()
        self.frames = 1
        self.codes: dict[int, tuple[CodeType, ...] | bytes] = {}
        self.functions: dict[int, Callable[..., Any]] = {}
        self.trees: list[nodes.Tree] | None = None
        self.exact: list[nodes.Tree] | None = None
        self.dirty = False

    def parse(self, name: str, functions: Container[str]) -> None:
        """Parse the text; raises ParseError."""
        from hivehelm.gotemplate.parser import Parser

        with Paused():
            parser = Parser(name, self.text, functions, places=not FAST)
            try:
                self.trees = parser.parse()
            except ParseError:
                # It knows neither the line nor whether Go agrees.
                parser = Parser(name, self.text, functions)
                self.trees = parser.parse()
        whole = [tree for tree in self.trees if tree.given is None]
        self.defines = tuple((tree.name, tree.empty()) for tree in whole)
        self.frames = 1 + max(tree.parts for tree in whole)
        self.called = frozenset(parser.called)
        self.dirty = True

    def tree(self, index: int) -> nodes.Tree:
        """Return one parse tree; the text is parsed again where that has not been done in this process."""
        return self.trees[index] if self.trees is not None else self.placed(index)

    def placed(self, index: int) -> nodes.Tree:
        """Return one parse tree whose nodes have their places."""
        if self.exact is None:
            from hivehelm.gotemplate.parser import Parser

            # Any name will do: only errors have it, and there was none.
            self.exact = Parser("", self.text, _AnyFunction(self.flags)).parse()
        return self.exact[index]

    def function(self, index: int) -> Callable[..., Any]:
        """Return the function of one template, compiling it where need be.

        Under `~index` is the code that runs for a dot that is nil.
        """
        function = self.functions.get(index)
        if function is None:
            codes = self.codes.get(index)
            if codes.__class__ is bytes:
                import marshal

                codes = marshal.loads(codes)  # noqa: S302 a trusted directory's
            if codes is None:
                codes = self._compile(index)
            first, *others = codes
            names = GLOBALS
            if others:
                names = dict(GLOBALS)
                names.update((code.co_name, FunctionType(code, names)) for code in others)  # type: ignore[union-attr,arg-type]
            function = self.functions[index] = FunctionType(first, names)  # type: ignore[arg-type]
        return function

    def _compile(self, index: int) -> tuple[CodeType, ...]:
        from hivehelm.gotemplate.stack import fresh, used

        codes = fresh(self._codes, index) if used.frames > 100 else self._codes(index)
        self.codes[index] = codes
        self.dirty = True
        return codes

    def _codes(self, index: int) -> tuple[CodeType, ...]:
        from hivehelm.gotemplate.compiler import Compiler

        nil = index < 0
        index = ~index if nil else index
        compiler = Compiler(self.tree(index), index, self.flags, nil=nil)
        with Paused():
            return compiler.compile()


class _AnyFunction:
    """Every name is a function's, but break and continue only where the flags say so."""

    def __init__(self, flags: str) -> None:
        self._not = {name for name, flag in (("break", "b"), ("continue", "c")) if flag not in flags}

    def __contains__(self, name: object) -> bool:
        return name not in self._not


class TemplateCache:
    """Parsed and compiled templates by content; `directory` None keeps them in memory alone.

    Thread-safe. A directory is made with mode 0700 where it is missing, and is not used unless it belongs to
    the user and nobody else can write to it; no more is a file in it. It may be shared by processes and
    deleted at any time. What was written longest ago goes where there is too much (`store`).
    """

    def __init__(self, directory: str | None = None) -> None:
        self._memory: dict[bytes, Parsed] = {}
        self.sets = Seen(32 << 20)
        """The templates of whole sets, by their sources (see `TemplateSet.add_all`)."""
        self._store = Store(directory) if directory is not None and private.directory(directory) else None
        import _frozen_importlib_external

        magic: bytes = _frozen_importlib_external.MAGIC_NUMBER
        maker = f"{sys.implementation.cache_tag} {sys.hexversion} {magic.hex()}"
        self._salt = f"{private.RELEASE} {VERSION} {maker} {'' if FAST else 'long '}"

    def load(self, name: str, text: str, functions: Container[str], flags: str) -> Parsed:
        """Return the parsed form of `text`, from the cache where it is there.

        `name` is for messages, `functions` are those that may be called; `flags` are the compiler's.

        Raises:
            ParseError: with Go's text.
        """
        from _blake2 import blake2b

        data = text.encode("utf-8", "surrogateescape")
        key = blake2b(f"{self._salt}{flags}\0".encode() + data, digest_size=_DIGEST).digest()
        parsed = self._memory.get(key)
        if parsed is None:
            parsed = Parsed(key, text, flags)
            if not self._read(parsed):
                parsed.parse(name, functions)
                self._remember(key, parsed)
                return parsed
            self._remember(key, parsed)
        if not all(called in functions for called in parsed.called) or any(
            define == name for define, _ in parsed.defines
        ):
            # Parsing says what is wrong, if anything is.
            Parsed(key, text, flags).parse(name, functions)
        return parsed

    def _remember(self, key: bytes, parsed: Parsed) -> None:
        memory = self._memory
        if len(memory) >= MEMORY:
            for old in list(memory)[: MEMORY // 4]:
                memory.pop(old, None)
        memory[key] = parsed

    def save(self) -> None:
        """Write what is new to the directory. Failing to is not an error: the next process compiles again."""
        if self._store is None:
            return
        new = {}
        for parsed in list(self._memory.values()):
            if parsed.dirty:
                parsed.dirty = False
                new[parsed.key] = _dumped(parsed)
        if new:
            self._store.put(new)

    def _read(self, parsed: Parsed) -> bool:
        data = None if self._store is None else self._store.get(parsed.key)
        if data is None:
            return False
        import marshal

        parsed.defines, parsed.called, parsed.frames, parsed.codes = marshal.loads(data)  # noqa: S302
        return True


def _dumped(parsed: Parsed) -> bytes:
    import marshal

    codes = {
        index: code if code.__class__ is bytes else marshal.dumps(code)
        for index, code in list(parsed.codes.items())
    }
    return marshal.dumps((parsed.defines, parsed.called, parsed.frames, codes))


_SHARED: list[TemplateCache] = []


def shared() -> TemplateCache:
    """Return the process's cache in memory."""
    if not _SHARED:
        _SHARED.append(TemplateCache())
    return _SHARED[0]
