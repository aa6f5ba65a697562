"""Make a new chart (Helm's `pkg/cmd/create.go`)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Log = Callable[..., None]


def create(
    path: str,
    starter: str = "",
    *,
    warn: Callable[[str], None] | None = None,
    log: Log | None = None,
) -> None:
    """Write a new chart to the directory `path`, whose last element is its name.

    `starter` is the path of a chart to make it like; without one it is the scaffold that comes along.
    `warn(message)` hears of files that are overwritten, `log(level, message, **attributes)` takes what Helm
    says while it loads the starter.

    Raises:
        ChartError: the name is none for a chart, there is no such starter, or the system refuses.
    """
    from hivehelm.chart.scaffold import scaffold, scaffold_from
    from hivehelm.golang import filepath

    name, parent = filepath.base(path), filepath.directory(path)
    if not starter:
        scaffold(name, parent, warn)
        return
    from hivehelm.chart.model import API_V2, Metadata

    metadata = Metadata(
        name,
        "0.1.0",
        API_V2,
        description="A Helm chart for Kubernetes",
        type="application",
        app_version="0.1.0",
    )
    scaffold_from(metadata, parent, starter, log)
