"""The top-level values that templates start from (Helm's ToRenderValues)."""

from __future__ import annotations

from hivehelm.golang.kinds import MethodMap, called
from hivehelm.golang.method import takes
from hivehelm.golang.views import View
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.chart.model import Chart
    from hivehelm.render.capabilities import Capabilities


class ReleaseOptions(Record):
    """What templates learn about the release in `.Release`.

    `revision` counts from 1; `is_upgrade` is false for an install.
    """

    name: str = "release-name"
    namespace: str = "default"
    revision: int = 1
    is_upgrade: bool = False

    def as_map(self) -> dict[str, Any]:
        """Return `.Release`."""
        return {
            "Name": self.name,
            "Namespace": self.namespace,
            "IsUpgrade": self.is_upgrade,
            "IsInstall": not self.is_upgrade,
            "Revision": self.revision,
            "Service": "Helm",
        }


_METHODS = {
    "AsMap": "as_map",
    "Encode": "encode",
    "YAML": "yaml",
    "Table": "table",
    "PathValue": "path_value",
}
# The way past the classes between, for what templates do most.
_entry = dict.get


class Values(MethodMap, View):
    """What Go calls Values: those of a chart at their top, and what a template starts with."""

    __slots__ = ()
    GO_TYPE = "common.Values"
    METHODS = _METHODS

    def get(self, name: str, default: Any = None) -> Any:
        """Return what method `name` gives without arguments, else the value of that key."""
        if name in _METHODS:
            return called(name, self.method(name))
        return _entry(self, name, default)

    @takes("")
    def as_map(self) -> dict[str, Any]:
        """Return the values under their plain type; empty ones are not shared."""
        return self.plain() if self else {}

    @takes("")
    def yaml(self) -> str:
        """Return the values as YAML."""
        from hivehelm.golang import yaml

        return yaml.dump(self)

    @takes("io.Writer")
    def encode(self, writer: None) -> None:
        """Write the values as YAML; templates have no writer to give but nil.

        Raises:
            FunctionError: the text of Go's panic.
        """
        from hivehelm.gotemplate.functions.signature import FunctionError

        raise FunctionError("runtime error: invalid memory address or nil pointer dereference")

    @takes("string")
    def table(self, path: str) -> Values:
        """Return the table at a dotted path.

        Raises:
            FunctionError: there is no table at that path.
        """
        from hivehelm.gotemplate.functions.signature import FunctionError
        from hivehelm.values import paths

        try:
            return Values.of(paths.table(self, path))
        except paths.NoTableError as error:
            raise FunctionError(str(error)) from error

    @takes("string")
    def path_value(self, path: str) -> Any:
        """Return the value, not a table, at a dotted path.

        Raises:
            FunctionError: there is none.
        """
        from hivehelm.gotemplate.functions.signature import FunctionError
        from hivehelm.values import paths
        from hivehelm.values.coalesce import ValuesError

        try:
            return paths.value(self, path)
        except ValuesError as error:
            raise FunctionError(str(error)) from error


def render_values(
    chart: Chart,
    values: dict[str, Any],
    release: ReleaseOptions,
    capabilities: Capabilities,
    *,
    coalesced: dict[str, Any] | None = None,
    validate: Callable[[Chart, dict[str, Any]], None] | None = None,
    warn: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Return `Chart`, `Capabilities`, `Release` and the coalesced `Values` of `chart`.

    `coalesced` are those values, where they are known. `validate` checks them against the schemas of the
    chart and its subcharts; without it they go unchecked. `warn` takes what coalescing has to say, a line
    each.

    Raises:
        SchemaError: from `validate`.
    """
    if coalesced is None:
        from hivehelm.values.coalesce import coalesce

        coalesced = coalesce(chart, values, warn=warn)
    if validate is not None:
        validate(chart, coalesced)
    return {
        "Chart": chart.metadata_as_map(),
        "Capabilities": capabilities,
        "Release": release.as_map(),
        "Values": Values(coalesced),
    }
