"""A chart of objects: its templates, its values and what goes with them."""

from __future__ import annotations

import re

from hivehelm.platform.export import network, workloads
from hivehelm.platform.export.clean import cleaned
from hivehelm.platform.export.config import SecretValues, config_map
from hivehelm.platform.export.errors import ExportNameError, NothingToExportError
from hivehelm.platform.export.follow import Follower
from hivehelm.platform.export.labels import CommonLabels
from hivehelm.platform.export.naming import Names
from hivehelm.platform.export.part import Part
from hivehelm.platform.export.values import Values, camel
from hivehelm.platform.export.write import document
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from hivehelm.platform.export.values import Path

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?\Z")
#: What objects that need others come after; only the order of files in lists goes by it.
_ROUTES = frozenset({"HTTPRoute", "GRPCRoute", "TLSRoute"})


class Found(Record):
    """An object that is to be in the chart.

    `live` is the object as the cluster holds it, or as it is on record; `wanted` the manifest that it was
    made of, where there is one. A `hook` is on record only.
    """

    live: dict[str, Any]
    wanted: dict[str, Any] | None = None
    namespaced: bool = True
    hook: bool = False

    @property
    def kind(self) -> str:
        """The object's kind."""
        return str(self.live.get("kind"))

    @property
    def name(self) -> str:
        """The object's name."""
        return str((self.live.get("metadata") or {}).get("name"))


class ExportOptions(Record):
    """What the chart is called, and what goes into it.

    `release` is the name of the release that the objects belong to, "" where it was not a release that made
    them; `namespace` is where they are. Secrets' values are only written down with `include_secrets`.
    """

    name: str
    release: str = ""
    namespace: str = "default"
    version: str = "0.1.0"
    app_version: str = ""
    description: str = ""
    include_secrets: bool = False


class Exported(Record):
    """A chart as its files, by path; `needed` are values that an installation has to give."""

    files: dict[str, str]
    objects: list[tuple[str, str]]
    needed: list[str]
    warnings: list[str]


def export(
    found: Sequence[Found], options: ExportOptions, definitions: Sequence[dict[str, Any]] = ()
) -> Exported:
    """Return the chart that gives `found` back when it is rendered with its default values.

    `definitions` are custom resource definitions that have to be there before it is installed.

    Raises:
        ExportNameError: a chart cannot have that name.
        NothingToExportError: there are no objects.
    """
    if not _NAME.match(options.name):
        raise ExportNameError(options.name)
    if not found:
        raise NothingToExportError(f"nothing to export in namespace {options.namespace}")
    exported = _Export(found, options).run()
    if not definitions:
        return exported
    from hivehelm.golang.yaml import dump

    crds = {f"crds/{one['metadata']['name']}.yaml": dump(one) for one in definitions}
    return exported.replace(files={**exported.files, **crds})


class _Export:
    def __init__(self, found: Sequence[Found], options: ExportOptions) -> None:
        self.options = options
        self.found = found
        self.names = Names(
            options.name,
            options.release or options.name,
            options.namespace,
            [one.name for one in found if _within(one, options.namespace)],
            cluster_names=[one.name for one in found if not _within(one, options.namespace)],
            app_version=options.app_version,
            words=_words(found) if options.release else None,
        )
        self.values = Values()
        self.values.put(
            ("nameOverride",), "", comment="stands in the names of objects for what comes after the release's"
        )
        self.values.put(
            ("fullnameOverride",), self.names.override, comment="what the names of all objects begin with"
        )
        self.values.section(("global",))
        self.secrets = SecretValues(self.names, include=options.include_secrets)
        self.follower = Follower(self.names, self.secrets.reference)

    def run(self) -> Exported:
        from hivehelm.platform.export import frame

        parts = self._parts()
        self._lift(parts)
        common = CommonLabels(
            self.options.name,
            [part.object for part, one in zip(parts, self.found, strict=True) if not one.hook],
        )
        templates: dict[str, str] = {}
        for part, one in zip(parts, self.found, strict=True):
            common.shorten(part.object, part.kind)
            templates[_path(part, one, templates)] = _template(part)
        files = frame.files(self.options, self.names, self.values, common, self.found, self.secrets.needed)
        texts = {path: text for part in parts for path, text in part.files.items()}
        return Exported(
            files={**files, **templates, **texts},
            objects=[(one.kind, one.name) for one in self.found],
            needed=self.secrets.needed,
            warnings=self.follower.warnings(),
        )

    def _parts(self) -> list[Part]:
        plain = [one.live if one.hook else cleaned(one.live, one.wanted) for one in self.found]
        for one, obj in zip(self.found, plain, strict=True):
            if one.kind == "Secret" and not one.hook and obj.get("data"):
                self._place_secret(one)
        return [
            Part(self.follower.object(obj, namespaced=one.namespaced), one.live, self.names, self.values)
            for one, obj in zip(self.found, plain, strict=True)
        ]

    def _place_secret(self, one: Found) -> None:
        short = self.names.short(one.name)
        component: Path = (camel(short),) if short else ()
        last = component[-1].lower() if component else ""
        path = component if last.endswith("secret") else (*component, "secret")
        self.secrets.place(one.name, self.values.claim(path), self.values)

    def _lift(self, parts: Sequence[Part]) -> None:
        scaled = _scaled(self.found)
        taken: set[Path] = set()
        for part, one in zip(parts, self.found, strict=True):
            group = str(one.live.get("apiVersion")).rpartition("/")[0]
            if part.kind in workloads.POD_SPECS and group in ("", "apps", "batch"):
                workloads.lift(part, taken, (part.kind, part.name) in scaled)
            elif part.kind == "Service" and not group:
                network.service(part)
            elif part.kind == "ConfigMap" and not group:
                config_map(part)
            elif part.kind == "Secret" and not group:
                self.secrets.secret(part)
            elif part.kind == "Ingress":
                network.ingress(part)
            elif part.kind in _ROUTES:
                network.route(part)
            elif part.kind == "HorizontalPodAutoscaler":
                network.autoscaler(part)
            elif part.kind == "PersistentVolumeClaim" and not group:
                workloads.storage(part, part.object.get("spec"), network.section(part, "persistence"))


def _within(one: Found, namespace: str) -> bool:
    """Tell whether an object is in a namespace."""
    return one.namespaced and (one.live.get("metadata") or {}).get("namespace", namespace) == namespace


def _words(found: Sequence[Found]) -> set[str]:
    """Return the words that programs go by: of images, containers, and what labels call them."""
    words: set[str] = set()
    for one in found:
        labels = (one.live.get("metadata") or {}).get("labels") or {}
        words.update(str(labels.get(key, "")) for key in ("app.kubernetes.io/name", "app", "k8s-app"))
        spec: Any = one.live
        for key in workloads.POD_SPECS.get(one.kind, ()):
            spec = spec.get(key) if isinstance(spec, dict) else None
        for container in (
            (spec.get("containers") or ()) if isinstance(spec, dict) and spec is not one.live else ()
        ):
            words.add(str(container.get("name")))
            words.update(re.split("[^A-Za-z0-9-]+", str(container.get("image")).partition("@")[0]))
    return words


def _scaled(found: Sequence[Found]) -> set[tuple[str, str]]:
    """Return kind and name of the workloads that an autoscaler of the export scales."""
    targets = [
        ((one.live.get("spec") or {}).get("scaleTargetRef") or {})
        for one in found
        if one.kind == "HorizontalPodAutoscaler"
    ]
    return {(str(target.get("kind")), str(target.get("name"))) for target in targets}


def _path(part: Part, one: Found, taken: dict[str, str]) -> str:
    stem = re.sub(r"[^a-z0-9.-]+", "-", f"{part.kind}-{part.name}".lower())[:120].strip("-.")
    annotations = (one.live.get("metadata") or {}).get("annotations") or {}
    directory = "templates/tests" if "test" in str(annotations.get("helm.sh/hook", "")) else "templates"
    path, number = f"{directory}/{stem}.yaml", 2
    while path in taken:
        path, number = f"{directory}/{stem}-{number}.yaml", number + 1
    return path


def _template(part: Part) -> str:
    text = document(part.object)
    if not part.condition:
        return text
    return f"{{{{- if {part.condition} }}}}\n{text}{{{{- end }}}}\n"
