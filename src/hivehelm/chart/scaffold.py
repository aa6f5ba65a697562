"""New charts: the one that comes along in `starter/`, or a copy (`pkg/chart/v2/util/create.go`)."""

from __future__ import annotations

import os

from hivehelm.chart.errors import ChartError, PathError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.chart.model import Metadata

    Log = Callable[..., None]

PLACEHOLDER = b"<CHARTNAME>"
_STARTER = os.path.join(os.path.dirname(__file__), "starter")
# In the order in which Helm writes them, and warns of those that are there.
_FILES = (
    "Chart.yaml",
    "values.yaml",
    ".helmignore",
    "templates/ingress.yaml",
    "templates/httproute.yaml",
    "templates/deployment.yaml",
    "templates/service.yaml",
    "templates/serviceaccount.yaml",
    "templates/hpa.yaml",
    "templates/NOTES.txt",
    "templates/_helpers.tpl",
    "templates/tests/test-connection.yaml",
)
_MAX_NAME = 250
_NAME = "^[a-zA-Z0-9._-]+$"


class ScaffoldNameError(ChartError):
    """No chart is made under that `name`."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"chart name must {problem}")
        self.name = name


class StarterError(ChartError):
    """The chart at `path`, or its values under another name, cannot be read."""


def scaffold(name: str, parent: str, warn: Callable[[str], None] | None = None) -> str:
    """Write a new chart to the directory of its name below `parent`, over what is there; return its path.

    `warn(message)` hears of every file that is overwritten.

    Raises:
        ScaffoldNameError: a chart cannot have that name.
        PathError: the system refuses.
        ChartError: `parent` is no directory, or the chart's name is a file's.
    """
    from hivehelm.chart.save import make_directory, write_file
    from hivehelm.golang import filepath
    from hivehelm.golang.fmt import quote

    _check_name(name)
    path = filepath.absolute(parent)
    try:
        is_directory = os.path.isdir(path) or not os.stat(path)
    except OSError as error:
        raise PathError("stat", path, error) from None
    if not is_directory:
        raise ChartError(f"no such directory {path}", path)
    top = filepath.join(path, name)
    if os.path.exists(top) and not os.path.isdir(top):
        raise ChartError(f"file {top} already exists and is not a directory", top)
    for inner in _FILES:
        with open(os.path.join(_STARTER, inner), "rb") as source:
            data = source.read()
        target = filepath.join(top, inner)
        if warn is not None and os.path.exists(target):
            warn(f"WARNING: File {quote(target)} already exists. Overwriting.")
        write_file(target, data.replace(PLACEHOLDER, name.encode()))
    make_directory(filepath.join(top, "charts"))
    return top


def scaffold_from(metadata: Metadata, parent: str, source: str, log: Log | None = None) -> None:
    """Write a copy of the chart at `source` under another name, with `metadata` for its Chart.yaml.

    `<CHARTNAME>` becomes the name in templates and in values.yaml. `log(level, message, **attributes)` takes
    what Helm says while it loads.

    Raises:
        StarterError: there is no chart at `source`, or its values are none under the new name.
        ChartError: the copy cannot be written.
    """
    from hivehelm.chart.loadany import load_any
    from hivehelm.chart.model import File
    from hivehelm.chart.save import save_directory

    try:
        chart = load_any(source, log)
    except ChartError as error:
        raise StarterError(f"could not load {source}: {error}", source) from error
    name = metadata.name.encode("utf-8", "surrogateescape")

    def renamed(file: File) -> File:
        return File(file.name, file.data.replace(PLACEHOLDER, name), file.modtime)

    copy = chart.copy()
    copy.metadata = metadata
    copy.templates = [renamed(file) for file in chart.templates]
    copy.raw = [renamed(file) if file.name == "values.yaml" else file for file in chart.raw]
    _check_values(chart.values, name, source)
    copy.adopt(chart.dependencies)
    save_directory(copy, parent)


def _check_values(values: dict[str, object], name: bytes, source: str) -> None:
    """Refuse values that are none, once the name is in them."""
    from hivehelm.golang.yaml import YAMLError, dump, load

    text = dump(values).encode("utf-8", "surrogateescape").replace(PLACEHOLDER, name)
    try:
        load(text)
    except YAMLError as error:
        raise StarterError(f"transforming values file: {error}", source) from error


def _check_name(name: str) -> None:
    if not 0 < len(name.encode("utf-8", "surrogateescape")) <= _MAX_NAME:
        raise ScaffoldNameError(name, f"be between 1 and {_MAX_NAME} characters")
    if not (name.isascii() and all(letter.isalnum() or letter in "._-" for letter in name)):
        from hivehelm.golang.fmt import quote

        raise ScaffoldNameError(name, f"match the regular expression {quote(_NAME)}")
