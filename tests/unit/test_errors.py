"""Every error that Hivehelm raises derives from one root, whose docstring draws the whole tree."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import hivehelm
from hivehelm import errors


def draw(error: type[Exception], depth: int = 0) -> list[str]:
    """Return the tree below an error, a line each, in the order of names."""
    lines = [f"{'    ' * depth}{error.__name__}"]
    for below in sorted(error.__subclasses__(), key=lambda one: one.__name__):
        if below.__module__.startswith("hivehelm.") and not below.__name__.startswith("_"):
            lines += draw(below, depth + 1)
    return lines


def test_the_docstring_draws_every_error() -> None:
    """An error that is added or moved is drawn; what the tree should be is in the message."""
    for module in pkgutil.walk_packages(hivehelm.__path__, "hivehelm."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    tree = draw(errors.HivehelmError)
    drawn = (errors.HivehelmError.__doc__ or "").partition("::\n\n")[2].rstrip().split("\n")
    assert drawn == [f"        {line}" for line in tree], "\n".join(tree)


def test_names_of_errors_are_told_apart() -> None:
    """Two errors of one name would be taken for each other in logs."""
    names = [line.strip() for line in draw(errors.HivehelmError)]
    assert {name for name in names if names.count(name) > 1} == set()
