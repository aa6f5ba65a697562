"""What is wrong with what the platform is asked for."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


#: How many versions of a chart an error names.
_MOST_VERSIONS = 5


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


class UnknownChartVersionError(PlatformError):
    """The chart called `name` is there, in other `versions` than the one that is asked for."""

    def __init__(self, name: str, version: str, versions: Sequence[str]) -> None:
        super().__init__(name, version, versions)
        self.name = name
        self.version = version
        self.versions = list(versions)

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        there = ", ".join(self.versions[:_MOST_VERSIONS])
        more = ", …" if len(self.versions) > _MOST_VERSIONS else ""
        return f"chart {quote(self.name)} matching {self.version} not found; there is {there}{more}"


class UnknownRepositoryError(PlatformError):
    """No repository is known as `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return (
            f"repo {self.name} not found; 'hivemind helm repo list' shows those there are, "
            f"'hivemind helm repo add --name {self.name} --url URL' adds it"
        )


class UnknownReleaseError(PlatformError):
    """There is no release called `name` in a `namespace`, or no such `revision` of it; 0 is any."""

    def __init__(self, name: str, namespace: str, revision: int = 0) -> None:
        super().__init__(name, namespace, revision)
        self.name = name
        self.namespace = namespace
        self.revision = revision

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        of = f"revision {self.revision} of " if self.revision > 0 else ""
        return (
            f"{of}release {quote(self.name)} not found in namespace {quote(self.namespace)}; "
            "'hivemind helm list-releases' shows what there is"
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
