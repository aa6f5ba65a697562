"""What a chart must be and have to be installed (`pkg/action/install.go` and `pkg/cmd/install.go`)."""

from __future__ import annotations

from hivehelm.actions.error import ActionError
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.chart.model import Chart


class MissingDependenciesError(ActionError):
    """Chart.yaml asks for charts, `names`, that are not in `charts/`."""

    def __init__(self, names: list[str]) -> None:
        super().__init__("found in Chart.yaml, but missing in charts/ directory: " + ", ".join(names))
        self.names = names


class NotInstallableError(HivehelmError):
    """A chart is of a `kind`, such as library, that cannot be installed."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind

    def __str__(self) -> str:
        return f"{self.kind} charts are not installable"


def check_installable(chart: Chart) -> None:
    """Refuse a chart that is made to be used by others.

    Raises:
        NotInstallableError: it is one.
    """
    if chart.metadata.type not in ("", "application"):
        raise NotInstallableError(chart.metadata.type)


class DependencyCheckError(HivehelmError):
    """A chart's dependencies are not all there; `cause` names those that are not."""

    def __init__(self, cause: HivehelmError) -> None:
        super().__init__(cause)
        self.cause = cause

    def __str__(self) -> str:
        return (
            "an error occurred while checking for chart dependencies. "
            f"You may need to run 'helm dependency build' to fetch missing dependencies: {self.cause}"
        )


def check_requirements(chart: Chart) -> None:
    """Refuse a chart without the charts that it asks for; names count, versions do not.

    Raises:
        MissingDependenciesError: some are missing.
    """
    there = {part.name for part in chart.dependencies}
    missing = [wanted.name for wanted in chart.metadata.dependencies or () if wanted.name not in there]
    if missing:
        raise MissingDependenciesError(missing)
