"""New charts: a deployment with probes and resources, a service, and a schema for the values."""

from __future__ import annotations

import os

from hivehelm.platform.errors import PlatformError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_STARTER = os.path.join(os.path.dirname(__file__), "starter")
_FILES = (
    "Chart.yaml",
    "values.yaml",
    "values.schema.json",
    "templates/deployment.yaml",
    "templates/service.yaml",
    "templates/_helpers.tpl",
    "templates/NOTES.txt",
)
_NAME, _DESCRIPTION = b"<CHARTNAME>", b"<DESCRIPTION>"
_DEFAULT = "A Helm chart for Kubernetes"
_PATTERN = "^[a-zA-Z0-9][a-zA-Z0-9._-]*$"
_MAX_NAME = 250


class ChartExistsError(PlatformError):
    """There is a chart called `name` already."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"chart {quote(self.name)} is there already; choose another name, or delete it first"


def create_chart(
    name: str, description: str, directory: str, *, warn: Callable[[str], None] | None = None
) -> str:
    """Write a new chart to the directory of its name below `directory`, and return its path.

    With `warn`, files that are there are overwritten, and `warn(message)` hears of each: Helm's way.

    Raises:
        ScaffoldNameError: a chart cannot have that name.
        ChartExistsError: there is something of that name, and no `warn`.
        PathError: the system refuses.
    """
    from hivehelm.chart.save import write_file
    from hivehelm.golang import filepath
    from hivehelm.golang.fmt import quote

    check_name(name)
    top = filepath.join(filepath.absolute(directory), name)
    if warn is None and os.path.lexists(top):
        raise ChartExistsError(name)
    values = {_NAME: name.encode(), _DESCRIPTION: _scalar(description or _DEFAULT)}
    for inner in _FILES:
        with open(os.path.join(_STARTER, inner), "rb") as source:
            data = source.read()
        # A name may look like a number or a truth.
        named = {_NAME: _scalar(name)} if inner == "Chart.yaml" else {}
        for placeholder, value in {**values, **named}.items():
            data = data.replace(placeholder, value)
        target = filepath.join(top, inner)
        if warn is not None and os.path.exists(target):
            warn(f"WARNING: File {quote(target)} already exists. Overwriting.")
        write_file(target, data)
    return top


def check_name(name: str) -> None:
    """Refuse names that no chart can have, or that lead out of a directory.

    Raises:
        ScaffoldNameError: it is one.
    """
    from hivehelm.chart.scaffold import ScaffoldNameError

    if not 0 < len(name) <= _MAX_NAME:
        raise ScaffoldNameError(name, f"be between 1 and {_MAX_NAME} characters")
    plain = name.isascii() and all(letter.isalnum() or letter in "._-" for letter in name)
    if not plain or not name[0].isalnum():
        from hivehelm.golang.fmt import quote

        raise ScaffoldNameError(name, f"match the regular expression {quote(_PATTERN)}")


def _scalar(text: str) -> bytes:
    """Return a text as it stands after a key of YAML, on one line."""
    from hivehelm.golang.json import dumps
    from hivehelm.golang.yaml import dump

    plain = dump(text).removesuffix("\n")
    line = dumps(text, html=False) if "\n" in plain or "\n" in text else plain
    return line.encode("utf-8", "surrogateescape")
