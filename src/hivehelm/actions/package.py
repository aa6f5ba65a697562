"""Make an archive of a chart's directory (Helm's `pkg/action/package.go`)."""

from __future__ import annotations

from hivehelm.actions.errors import ActionError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.actions.signing import Signing

    Log = Callable[..., None]


class SaveError(ActionError):
    """An archive cannot be written; `cause` says why."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(f"failed to save: {cause}")
        self.cause = cause


class PackageOptions(Record):
    """How a chart is packaged.

    `version` and `app_version` replace what Chart.yaml says; the archive goes to the directory `destination`.
    With an `epoch`, in seconds since 1970, every file is as old as that, and the same tree gives the same
    archive. With `signing`, a provenance file is written beside it. `log(level, message, **attributes)` takes
    what Helm says while it loads.
    """

    version: str = ""
    app_version: str = ""
    destination: str = "."
    epoch: int | None = None
    signing: Signing | None = None
    log: Log | None = None


def package(path: str, options: PackageOptions | None = None) -> str:
    """Write the archive of the chart in the directory `path`; return the archive's path.

    Raises:
        ChartError: there is no chart, or a broken one.
        VersionError: the version is none.
        MissingDependenciesError: charts that it asks for are not in it.
        SaveError: the archive cannot be written.
        HivehelmError: it cannot be signed; it stays.
    """
    import os

    from hivehelm.actions.requirements import check_requirements
    from hivehelm.chart.errors import ChartError
    from hivehelm.chart.load import load
    from hivehelm.chart.save import save
    from hivehelm.golang import filepath
    from hivehelm.golang.semver import parse

    options = options or PackageOptions()
    path = filepath.absolute(path)
    if not os.path.isdir(path):
        name = filepath.join(path, "Chart.yaml")
        problem = "not a directory" if os.path.exists(path) else "no such file or directory"
        raise ChartError(f"unable to detect chart at {name}: open {name}: {problem}", path)
    chart = load(path, options.log).copy()
    chart.metadata = chart.metadata.copy()
    chart.metadata.version = options.version or chart.metadata.version
    parse(chart.metadata.version)
    chart.metadata.app_version = options.app_version or chart.metadata.app_version
    check_requirements(chart)
    try:
        archive = save(chart, options.destination, options.epoch)
    except ChartError as error:
        raise SaveError(error) from error
    if options.signing is not None:
        from hivehelm.actions.signing import sign_archive

        sign_archive(archive, options.signing)
    return archive
