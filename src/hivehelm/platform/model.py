"""Charts, repositories and releases as the platform speaks of them: the fields of its library and its API."""

from __future__ import annotations

from enum import StrEnum

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any, Self

    from hivehelm.chart.model import Chart, Metadata
    from hivehelm.release.model import Release


#: Up to here floats are exact integers.
_EXACT = 1 << 53


class HelmReleaseStatus(StrEnum):
    """How a release is."""

    DEPLOYED = "Deployed"
    PENDING = "Pending"
    FAILED = "Failed"
    SUPERSEDED = "Superseded"
    UNINSTALLED = "Uninstalled"

    @classmethod
    def of(cls, status: str) -> HelmReleaseStatus:
        """Return the status that a record's amounts to.

        What is being uninstalled is pending, like all that is under way. `unknown`, and what no Helm writes,
        counts as failed: somebody has to look.
        """
        if status.startswith("pending-") or status == "uninstalling":
            return cls.PENDING
        try:
            return cls(status.capitalize())
        except ValueError:
            return cls.FAILED


class _Fields(Record):
    """Records that are written as JSON and read from it."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON has them."""
        return {name: _plain(getattr(self, name)) for name in self._fields}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave; fields that are not known are left out.

        Raises:
            TypeError: a field is missing.
        """
        return cls(**{name: value for name, value in data.items() if name in cls._fields})


def _plain(value: object) -> object:
    if isinstance(value, _Fields):
        return value.to_dict()
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, StrEnum):
        return value.value
    isoformat = getattr(value, "isoformat", None)
    return value if isoformat is None else isoformat().replace("+00:00", "Z")


def _whole(value: Any) -> Any:
    """Return values with numbers as people write them: Go's JSON makes floats of all."""
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value


class HelmMaintainer(_Fields):
    """Who looks after a chart."""

    name: str
    email: str | None = None
    url: str | None = None


class HelmDependency(_Fields):
    """A chart that another one asks for."""

    name: str
    version: str = ""
    repository: str = ""
    condition: str | None = None
    tags: list[str] = []
    alias: str | None = None


class HelmChart(_Fields):
    """A chart; `values` are its own defaults."""

    name: str
    version: str
    description: str = ""
    app_version: str = ""
    keywords: list[str] = []
    home: str | None = None
    sources: list[str] = []
    maintainers: list[HelmMaintainer] = []
    icon: str | None = None
    api_version: str = "v2"
    chart_type: str | None = None
    dependencies: list[HelmDependency] = []
    values: dict[str, Any] = {}

    @classmethod
    def of(cls, chart: Chart) -> HelmChart:
        """Return the chart that has been loaded."""
        return cls.described(chart.metadata, chart.values)

    @classmethod
    def described(cls, metadata: Metadata, values: Mapping[str, Any] | None = None) -> HelmChart:
        """Return the chart that a Chart.yaml describes."""
        return cls(
            name=metadata.name,
            version=metadata.version,
            description=metadata.description,
            app_version=metadata.app_version,
            keywords=list(metadata.keywords or ()),
            home=metadata.home or None,
            sources=list(metadata.sources or ()),
            maintainers=[
                HelmMaintainer(name=one.name, email=one.email or None, url=one.url or None)
                for one in metadata.maintainers or ()
            ],
            icon=metadata.icon or None,
            api_version=metadata.api_version,
            chart_type=metadata.type or None,
            dependencies=[
                HelmDependency(
                    name=one.name,
                    version=one.version,
                    repository=one.repository,
                    condition=one.condition or None,
                    tags=list(one.tags or ()),
                    alias=one.alias or None,
                )
                for one in metadata.dependencies or ()
            ],
            values=_whole(dict(values or {})),
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> HelmChart:
        """Return what `to_dict` gave."""
        return super().from_dict(
            {
                **data,
                "maintainers": [HelmMaintainer.from_dict(one) for one in data.get("maintainers") or ()],
                "dependencies": [HelmDependency.from_dict(one) for one in data.get("dependencies") or ()],
            }
        )


class HelmRepository(_Fields):
    """A repository by name; `password_encrypted` is what `HelmManager.encrypt` gave, never the password."""

    name: str
    url: str
    username: str | None = None
    password_encrypted: str | None = None
    is_oci: bool = False

    def __repr__(self) -> str:
        from hivehelm.sources.address import without_password

        return f"HelmRepository(name={self.name!r}, url={without_password(self.url)!r}, …)"


class HelmRelease(_Fields):
    """A revision of a release; `chart` is the chart's name, `version` its version.

    `values` are those that the user gave; `updated` is when the revision was deployed last, in UTC.
    """

    name: str
    namespace: str
    chart: str
    version: str
    values: dict[str, Any] = {}
    status: HelmReleaseStatus
    revision: int
    updated: datetime

    @classmethod
    def of(cls, release: Release) -> HelmRelease:
        """Return the release that is on record."""
        metadata = release.chart_metadata
        return cls(
            name=release.name,
            namespace=release.namespace,
            chart=str(metadata.get("name") or ""),
            version=str(metadata.get("version") or ""),
            values=_whole(dict(release.config or {})),
            status=HelmReleaseStatus.of(release.info.status),
            revision=release.version,
            updated=instant(release.info.last_deployed),
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> HelmRelease:
        """Return what `to_dict` gave."""
        updated = data["updated"]
        return super().from_dict(
            {
                **data,
                "status": HelmReleaseStatus(data["status"]),
                "updated": instant(updated) if isinstance(updated, str) else updated,
            }
        )


def instant(text: str) -> datetime:
    """Return an instant of a record, to the microsecond, in UTC; Go's zero time where there is none."""
    from datetime import UTC, datetime, timedelta

    from hivehelm.release.times import ZERO, nanoseconds

    try:
        since = nanoseconds(text)
    except ValueError:
        since = nanoseconds(ZERO)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=since // 1000)
