"""What is linted, and with what: a chart's directory, the user's values, the circumstances."""

from __future__ import annotations

import os

from hivehelm.chart.errors import ChartError, PathError
from hivehelm.chart.loadany import load_directory
from hivehelm.golang import filepath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.chart.model import Chart
    from hivehelm.gotemplate.cache import TemplateCache
    from hivehelm.limits import Limits
    from hivehelm.render.capabilities import KubeVersion


class Subject:
    """A chart's directory and what its rules need to know.

    `values` are the user's; linting values.yaml merges its defaults into their tables, as in Helm, where the
    next chart then sees them. `namespace` is the release's. `kube_version` is that of templates and
    deprecations, None for Helm's own. `validate(chart, values)` checks coalesced values against the
    schemas of the chart and its subcharts and raises SchemaError; `check_schema(values, schema)` returns what
    it says about one schema. `log(level, message, **attributes)` takes what Helm logs; `cache` keeps compiled
    templates; `limits` say how much may come out of them.
    """

    def __init__(
        self,
        path: str,
        values: dict[str, Any] | None = None,
        *,
        namespace: str = "default",
        kube_version: KubeVersion | None = None,
        validate: Callable[[Chart, dict[str, Any]], None] | None = None,
        check_schema: Callable[[dict[str, Any], bytes], str] | None = None,
        log: Callable[..., None] | None = None,
        cache: TemplateCache | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.directory = filepath.absolute(path)
        self.values: dict[str, Any] = {} if values is None else values
        self.namespace = namespace
        self.kube_version = kube_version
        self.validate = validate
        self.check_schema = check_schema
        self.log = log
        self.cache = cache
        self.limits = limits
        self._loaded: Chart | ChartError | None = None
        self._said: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def path(self, name: str) -> str:
        """Return the full path of a file of the chart."""
        return os.path.join(self.directory, name)

    def chart(self) -> Chart:
        """Return the chart; it is loaded once, but what is said meanwhile is said each time, as by Helm.

        Raises:
            ChartError: it cannot be loaded.
        """
        if self._loaded is None:
            try:
                self._loaded = load_directory(self.directory, self._note)
            except ChartError as error:
                self._loaded = error
        if self.log is not None:
            for arguments, attributes in self._said:
                self.log(*arguments, **attributes)
        if isinstance(self._loaded, ChartError):
            raise self._loaded
        return self._loaded

    def _note(self, *arguments: Any, **attributes: Any) -> None:
        self._said.append((arguments, attributes))


def stat_problem(path: str) -> str:
    """Return what Go's `os.Stat` says about a path that cannot be looked at, "" where it can."""
    try:
        os.stat(path)
    except OSError as error:
        return str(PathError("stat", path, error))
    return ""


def is_absent(path: str) -> bool:
    """Tell whether there is nothing at a path; what cannot be looked at may be there."""
    try:
        os.stat(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def read(path: str) -> bytes:
    """Return the contents of a file.

    Raises:
        ChartError: it cannot be read; the text is that of Go's `os.ReadFile`.
    """
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise PathError("read" if os.path.isdir(path) else "open", path, error) from None
