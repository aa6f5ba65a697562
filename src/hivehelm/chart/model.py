"""The chart: what its files say, once read. Helm's `pkg/chart/v2`.

Charts are never mutated once they are loaded: what changes a chart makes another one.
"""

from __future__ import annotations

from hivehelm.golang.kinds import NilMap, StringMap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

API_V1 = "v1"
API_V2 = "v2"


class NoAnnotations(StringMap, NilMap):
    """Go's nil map[string]string: what a chart without annotations has."""

    __slots__ = ()


class File:
    """A file of a chart.

    `name` is its path within the chart, with slashes; `modtime` is in nanoseconds since 1970, None where
    unknown.
    """

    __slots__ = ("data", "modtime", "name")

    def __init__(self, name: str, data: bytes, modtime: int | None = None) -> None:
        self.name = name
        self.data = data
        self.modtime = modtime

    @property
    def text(self) -> str:
        """The contents as text; bytes that are not UTF-8 become surrogate escapes."""
        return self.data.decode("utf-8", "surrogateescape")

    def __repr__(self) -> str:
        return f"File({self.name!r}, {len(self.data)} bytes)"


class Maintainer:
    """A person or an organisation that looks after a chart."""

    __slots__ = ("email", "name", "url")

    def __init__(self, name: str = "", email: str = "", url: str = "") -> None:
        self.name = name
        self.email = email
        self.url = url

    def as_map(self) -> dict[str, Any]:
        """Return Go's exported fields by name."""
        return {"Name": self.name, "Email": self.email, "URL": self.url}


class Dependency:
    """A chart that another chart asks for.

    `import_values` holds strings, `child`/`parent` maps, and, once processed, maps of strings only.
    """

    __slots__ = ("alias", "condition", "enabled", "import_values", "name", "repository", "tags", "version")

    def __init__(
        self,
        name: str = "",
        version: str = "",
        repository: str = "",
        condition: str = "",
        tags: list[str] | None = None,
        enabled: bool = False,
        import_values: list[Any] | None = None,
        alias: str = "",
    ) -> None:
        self.name = name
        self.version = version
        self.repository = repository
        self.condition = condition
        self.tags = tags
        self.enabled = enabled
        self.import_values = import_values
        self.alias = alias

    def copy(self) -> Dependency:
        """Return another dependency with the same contents."""
        return Dependency(
            self.name,
            self.version,
            self.repository,
            self.condition,
            self.tags,
            self.enabled,
            self.import_values,
            self.alias,
        )

    def as_map(self) -> dict[str, Any]:
        """Return Go's exported fields by name."""
        return {
            "Name": self.name,
            "Version": self.version,
            "Repository": self.repository,
            "Condition": self.condition,
            "Tags": list(self.tags or ()),
            "Enabled": self.enabled,
            "ImportValues": list(self.import_values or ()),
            "Alias": self.alias,
        }


class Metadata:
    """What Chart.yaml says. Lists and maps that it does not mention are None, as they are nil in Go."""

    __slots__ = (
        "annotations",
        "api_version",
        "app_version",
        "condition",
        "dependencies",
        "deprecated",
        "description",
        "home",
        "icon",
        "keywords",
        "kube_version",
        "maintainers",
        "name",
        "sources",
        "tags",
        "type",
        "version",
    )

    def __init__(
        self,
        name: str = "",
        version: str = "",
        api_version: str = "",
        *,
        home: str = "",
        sources: list[str] | None = None,
        description: str = "",
        keywords: list[str] | None = None,
        maintainers: list[Maintainer] | None = None,
        icon: str = "",
        condition: str = "",
        tags: str = "",
        app_version: str = "",
        deprecated: bool = False,
        annotations: dict[str, str] | None = None,
        kube_version: str = "",
        dependencies: list[Dependency] | None = None,
        type: str = "",  # noqa: A002
    ) -> None:
        self.name = name
        self.home = home
        self.sources = sources
        self.version = version
        self.description = description
        self.keywords = keywords
        self.maintainers = maintainers
        self.icon = icon
        self.api_version = api_version
        self.condition = condition
        self.tags = tags
        self.app_version = app_version
        self.deprecated = deprecated
        self.annotations = annotations
        self.kube_version = kube_version
        self.dependencies = dependencies
        self.type = type

    def copy(self) -> Metadata:
        """Return metadata with dependencies of its own and everything else shared."""
        other = object.__new__(Metadata)
        for name in Metadata.__slots__:
            setattr(other, name, getattr(self, name))
        if self.dependencies is not None:
            other.dependencies = [dependency.copy() for dependency in self.dependencies]
        return other

    def as_map(self) -> dict[str, Any]:
        """Return `.Chart` as templates see it: Go's field names, missing lists empty (`MetadataAsMap`)."""
        return {
            "Name": self.name,
            "Home": self.home,
            "Sources": list(self.sources or ()),
            "Version": self.version,
            "Description": self.description,
            "Keywords": list(self.keywords or ()),
            "Maintainers": [maintainer.as_map() for maintainer in self.maintainers or ()],
            "Icon": self.icon,
            "APIVersion": self.api_version,
            "Condition": self.condition,
            "Tags": self.tags,
            "AppVersion": self.app_version,
            "Deprecated": self.deprecated,
            "Annotations": NoAnnotations() if self.annotations is None else StringMap(self.annotations),
            "KubeVersion": self.kube_version,
            "Dependencies": [dependency.as_map() for dependency in self.dependencies or ()],
            "Type": self.type,
        }


class Lock:
    """What Chart.lock says: the exact versions that dependencies were resolved to.

    `generated` is an RFC 3339 time; `digest` covers the dependencies of Chart.yaml.
    """

    __slots__ = ("dependencies", "digest", "generated")

    def __init__(
        self,
        generated: str = "0001-01-01T00:00:00Z",
        digest: str = "",
        dependencies: list[Dependency] | None = None,
    ) -> None:
        self.generated = generated
        self.digest = digest
        self.dependencies = dependencies


class CRD:
    """A file under `crds/`; `filename` is its name with the path of its chart in front."""

    __slots__ = ("file", "filename", "name")

    def __init__(self, name: str, filename: str, file: File) -> None:
        self.name = name
        self.filename = filename
        self.file = file


class Chart:
    """A chart and the charts under it.

    `raw` holds every file as it was read; `files` what is neither a template nor known by name. `values`
    are the defaults of values.yaml and are shared: copy them before they are handed to anything that
    changes them. `parent` is the chart above, None at the top.
    """

    __slots__ = (
        "dependencies",
        "files",
        "lock",
        "metadata",
        "modtime",
        "parent",
        "raw",
        "schema",
        "schema_modtime",
        "templates",
        "values",
    )

    def __init__(
        self,
        metadata: Metadata,
        *,
        values: dict[str, Any] | None = None,
        templates: Iterable[File] = (),
        files: Iterable[File] = (),
        dependencies: Iterable[Chart] = (),
        schema: bytes | None = None,
        lock: Lock | None = None,
        raw: Iterable[File] = (),
        modtime: int | None = None,
        schema_modtime: int | None = None,
    ) -> None:
        self.metadata = metadata
        self.lock = lock
        self.templates = list(templates)
        self.values: dict[str, Any] = {} if values is None else values
        self.schema = schema
        self.schema_modtime = schema_modtime
        self.files = list(files)
        self.raw = list(raw)
        self.modtime = modtime
        self.parent: Chart | None = None
        self.dependencies: list[Chart] = []
        self.adopt(dependencies)

    def adopt(self, charts: Iterable[Chart]) -> None:
        """Make `charts` the dependencies and this chart their parent; only for charts under construction."""
        self.dependencies = list(charts)
        for chart in self.dependencies:
            chart.parent = self

    def copy(self) -> Chart:
        """Return a chart of its own with the same metadata, files, values, dependencies and parent."""
        other = object.__new__(Chart)
        for name in Chart.__slots__:
            setattr(other, name, getattr(self, name))
        return other

    def __repr__(self) -> str:
        return f"Chart({self.full_path!r}, version={self.metadata.version!r})"

    @property
    def name(self) -> str:
        """The chart's name, or its alias where its parent gave it one."""
        return self.metadata.name

    @property
    def is_root(self) -> bool:
        """Whether no chart is above this one."""
        return self.parent is None

    @property
    def root(self) -> Chart:
        """The chart at the top."""
        chart = self
        while chart.parent is not None:
            chart = chart.parent
        return chart

    @property
    def path(self) -> str:
        """Names from the top down to this chart, with dots between (`ChartPath`)."""
        return self._join(".")

    @property
    def full_path(self) -> str:
        """Names from the top down to this chart, with `/charts/` between (`ChartFullPath`)."""
        return self._join("/charts/")

    def _join(self, separator: str) -> str:
        names = [self.metadata.name]
        chart = self.parent
        while chart is not None:
            names.append(chart.metadata.name)
            chart = chart.parent
        return separator.join(reversed(names))

    @property
    def is_library(self) -> bool:
        """Whether the chart only lends its templates to others."""
        return self.metadata.type.lower() == "library"

    def metadata_as_map(self) -> dict[str, Any]:
        """Return a new `.Chart` for templates."""
        return self.metadata.as_map()

    def walk(self) -> Iterator[Chart]:
        """Yield this chart and every chart below it, parents first."""
        yield self
        for chart in self.dependencies:
            yield from chart.walk()

    def crds(self) -> list[CRD]:
        """Return the custom resource definitions of this chart, then of those below it (`CRDObjects`)."""
        return [
            CRD(file.name, f"{chart.full_path}/{file.name}", file)
            for chart in self.walk()
            for file in chart.files
            if file.name.startswith("crds/") and is_manifest(file.name)
        ]


def is_manifest(name: str) -> bool:
    """Tell whether a file's extension says that it holds manifests."""
    return name.lower().endswith((".yaml", ".yml", ".json"))
