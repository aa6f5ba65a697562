"""Whether the charts that a chart asks for are in it (`CheckDependencies` of `pkg/action/install.go`)."""

from __future__ import annotations

from hivehelm.actions.errors import ActionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.chart.model import Chart


class MissingDependenciesError(ActionError):
    """Chart.yaml asks for charts, `names`, that are not in `charts/`."""

    def __init__(self, names: list[str]) -> None:
        super().__init__("found in Chart.yaml, but missing in charts/ directory: " + ", ".join(names))
        self.names = names


def check_requirements(chart: Chart) -> None:
    """Refuse a chart without the charts that it asks for; names count, versions do not.

    Raises:
        MissingDependenciesError: some are missing.
    """
    there = {part.name for part in chart.dependencies}
    missing = [wanted.name for wanted in chart.metadata.dependencies or () if wanted.name not in there]
    if missing:
        raise MissingDependenciesError(missing)
