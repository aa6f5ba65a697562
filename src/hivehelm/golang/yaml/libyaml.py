"""The door to libyaml: PyYAML's C parser and the classes of its events.

`import yaml` takes 20 ms, a third of what rendering may take, for readers and writers in Python that are not
used here. The C module needs four small modules of that package, and eight classes of errors from the large
ones. Where the package is not loaded yet, the C module is loaded with stand-ins for those eight, and given
the real ones if somebody imports `yaml` later.
"""

from __future__ import annotations

import sys

from hivehelm.golang import extension

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any, Final

_ERRORS: Final = {
    "reader": "ReaderError",
    "scanner": "ScannerError",
    "parser": "ParserError",
    "composer": "ComposerError",
    "constructor": "ConstructorError",
    "emitter": "EmitterError",
    "serializer": "SerializerError",
    "representer": "RepresenterError",
}


def _load_light() -> Any:
    """Return `yaml._yaml`, loaded without the package around it.

    Raises:
        ImportError, AttributeError: PyYAML is not as expected.
    """
    stand_ins = {"yaml": extension.stand_in("yaml")}
    module = type(sys)
    sys.modules["yaml"] = stand_ins["yaml"]
    try:
        # The C module takes what it needs from the package's attributes, which these imports set.
        import yaml.events
        import yaml.nodes
        import yaml.tokens  # noqa: F401
        from yaml.error import MarkedYAMLError, YAMLError

        for name, error in _ERRORS.items():
            base = _ReaderError if name == "reader" else MarkedYAMLError
            stand_in = stand_ins[f"yaml.{name}"] = module(f"yaml.{name}")
            bases = (base, YAMLError) if base is _ReaderError else (base,)
            setattr(stand_in, error, type(error, bases, {"__module__": f"yaml.{name}"}))
            setattr(stand_ins["yaml"], name, stand_in)
        sys.modules.update(stand_ins)
        from yaml import _yaml
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
    sys.meta_path.insert(0, _Mender(_yaml))
    return _yaml


class _ReaderError:
    """What ReaderError has: why the bytes are no text, and where."""

    def __init__(self, name: str, position: int, character: object, encoding: str, reason: str) -> None:
        self.name = name
        self.position = position
        self.character = character
        self.encoding = encoding
        self.reason = reason


class _Mender:
    """Waits for the first real import of `yaml`, to give the C module the package's own errors then."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find nothing but the package `yaml`, once."""
        if name != "yaml":
            return None
        sys.meta_path.remove(self)
        spec = extension.find("yaml")
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                load(module)
                self._library.yaml = module
                for part, error in _ERRORS.items():
                    setattr(self._library, error, getattr(sys.modules[f"yaml.{part}"], error))

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _load() -> Any:
    if "yaml" not in sys.modules:
        try:
            return _load_light()
        except (ImportError, AttributeError):
            sys.modules.pop("yaml._yaml", None)
    from yaml import _yaml

    return _yaml


_library = _load()

CParser = _library.CParser
LibraryError = _library.YAMLError
AliasEvent = _library.AliasEvent
DocumentEndEvent = _library.DocumentEndEvent
MappingEndEvent = _library.MappingEndEvent
MappingStartEvent = _library.MappingStartEvent
ScalarEvent = _library.ScalarEvent
SequenceEndEvent = _library.SequenceEndEvent
SequenceStartEvent = _library.SequenceStartEvent
StreamEndEvent = _library.StreamEndEvent
