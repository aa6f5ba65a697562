"""Modules in C without the packages around them, which take longer to import than they themselves."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType


def find(package: str) -> ModuleSpec | None:
    """Return where a package is, by whatever finds it; None where it is not."""
    for finder in sys.meta_path:
        if (spec := finder.find_spec(package, None)) is not None:
            return spec
    return None


def stand_in(package: str) -> ModuleType:
    """Return an empty module under whose name the modules of `package` can be imported.

    Raises:
        ImportError: there is no such package.
    """
    spec = find(package)
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError(f"{package} is not installed", name=package)
    empty = type(sys)(package)
    empty.__path__ = list(spec.submodule_search_locations)
    return empty


def alone(package: str, module: str) -> ModuleType:
    """Return a module of `package`, which is not imported for it.

    Where the package is there already, or the module asks for it, it stays.

    Raises:
        ImportError: there is no such package or module.
    """
    name = f"{package}.{module}"
    if (there := sys.modules.get(name)) is not None:
        return there
    if package in sys.modules:
        __import__(name)
        return sys.modules[name]
    sys.modules[package] = stand_in(package)
    try:
        __import__(name)
    finally:
        del sys.modules[package]
    return sys.modules[name]
