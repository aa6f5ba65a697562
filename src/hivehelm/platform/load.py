"""From a reference to a chart that can be installed."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.chart.model import Chart
    from hivehelm.platform.site import Site


def load_chart(
    site: Site,
    chart: str,
    *,
    version: str = "",
    repository: str = "",
    directory: str | None = None,
    installable: bool = True,
    log: Callable[..., None] | None = None,
) -> Chart:
    """Return the chart that a reference means, as `Site.find` finds it.

    With `installable`, only what can be installed: no library, and nothing missing that it asks for.

    Raises:
        UnknownChartError, UnknownRepositoryError, ChartPathError: the reference means nothing.
        NotInstallableError, DependencyCheckError: it cannot be installed.
        HivehelmError: it cannot be fetched, or is broken.
    """
    from hivehelm.actions.requirements import (
        DependencyCheckError,
        MissingDependenciesError,
        check_installable,
        check_requirements,
    )
    from hivehelm.chart.load import load

    path = site.find(chart, version=version, repository=repository, directory=directory, log=log)
    loaded = load(path, log)
    if installable:
        check_installable(loaded)
        try:
            check_requirements(loaded)
        except MissingDependenciesError as error:
            raise DependencyCheckError(error) from error
    return loaded
