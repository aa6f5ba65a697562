"""What is wrong with what the platform is asked for."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class PlatformError(HivehelmError):
    """The platform cannot do what it is asked for."""


class UnknownChartError(PlatformError):
    """There is no chart called `name` in any of the `places`, nor is it one of a repository."""

    def __init__(self, name: str, places: Sequence[str]) -> None:
        super().__init__(name, places)
        self.name = name
        self.places = list(places)

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return (
            f"chart {quote(self.name)} not found in {' or '.join(self.places)}; "
            f"a repository's is REPOSITORY/{self.name} (see 'hivemind helm search repo {self.name}')"
        )


class UnknownRepositoryError(PlatformError):
    """No repository is known as `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return (
            f"repo {self.name} not found; add it with 'hivemind helm repo add --name {self.name} --url URL'"
        )


class ChartPathError(PlatformError):
    """A `reference` is a path, where paths are not taken."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return (
            f"{quote(self.reference)} is a path on this machine; "
            "name a chart of the platform, REPOSITORY/CHART, or a URL"
        )
