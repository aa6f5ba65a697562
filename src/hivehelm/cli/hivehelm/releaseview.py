"""A release as Go's templates see it: the structs of pkg/release/v1 and pkg/chart/v2, for `--template`."""

from __future__ import annotations

from hivehelm.golang.kinds import (
    MethodError,
    NilMap,
    NilStringSlice,
    NoFieldError,
    StringMap,
    StringSlice,
    Struct,
    TypedSlice,
    called,
)
from hivehelm.golang.method import takes
from hivehelm.golang.time import Time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar

    from hivehelm.release.model import Release

_PENDING = ("pending-install", "pending-upgrade", "pending-rollback")


class _Word(str):
    """A string of a named Go type, with methods that templates can call."""

    __slots__ = ()
    GO_TYPE: ClassVar[str] = "string"
    GO_KIND: ClassVar[str] = "string"
    METHODS: ClassVar[dict[str, str]] = {"String": "_string"}

    def get(self, name: str) -> Any:
        return called(name, self.method(name))

    def method(self, name: str) -> Callable[..., Any]:
        if (attribute := self.METHODS.get(name)) is None:
            raise NoFieldError(self, name)
        bound: Callable[..., Any] = getattr(self, attribute)
        return bound

    def _string(self) -> str:
        return str(self)


class _Status(_Word):
    __slots__ = ()
    GO_TYPE = "common.Status"
    METHODS: ClassVar[dict[str, str]] = {"String": "_string", "IsPending": "_is_pending"}

    def _is_pending(self) -> bool:
        return self in _PENDING


class _HookEvent(_Word):
    __slots__ = ()
    GO_TYPE = "v1.HookEvent"


class _DeletePolicy(_Word):
    __slots__ = ()
    GO_TYPE = "v1.HookDeletePolicy"


class _LogPolicy(_Word):
    __slots__ = ()
    GO_TYPE = "v1.HookOutputLogPolicy"


class _Phase(_Word):
    __slots__ = ()
    GO_TYPE = "v1.HookPhase"


class _Events(TypedSlice):
    __slots__ = ()
    ELEMENT = "v1.HookEvent"


class _DeletePolicies(TypedSlice):
    __slots__ = ()
    ELEMENT = "v1.HookDeletePolicy"


class _LogPolicies(TypedSlice):
    __slots__ = ()
    ELEMENT = "v1.HookOutputLogPolicy"


class _Hooks(TypedSlice):
    __slots__ = ()
    ELEMENT = "*v1.Hook"


class _Files(TypedSlice):
    __slots__ = ()
    ELEMENT = "*common.File"


class _Charts(TypedSlice):
    __slots__ = ()
    ELEMENT = "*v2.Chart"


class _Maintainers(TypedSlice):
    __slots__ = ()
    ELEMENT = "*v2.Maintainer"


class _Dependencies(TypedSlice):
    __slots__ = ()
    ELEMENT = "*v2.Dependency"


class _Nil(Struct):
    """A nil pointer to a struct: false, printed as `<nil>`, and nothing to reach into."""

    def __init__(self, kind: str, methods: tuple[str, ...] = ()) -> None:
        self.GO_TYPE = kind  # type: ignore[misc]
        self._methods = methods

    def __bool__(self) -> bool:
        return False

    def get(self, name: str) -> Any:
        if name in self._methods:
            raise MethodError(
                f"error calling {name}: runtime error: invalid memory address or nil pointer dereference"
            )
        raise MethodError(f"nil pointer evaluating {self.GO_TYPE}.{name}")

    def go_string(self) -> str:
        return "<nil>"


class _Record(Struct):
    """A struct made of a JSON object: `MEMBERS` says where each field lies and how it is read."""

    MEMBERS: ClassVar[dict[str, tuple[str, Callable[[Any], Any]]]] = {}

    def __init_subclass__(cls) -> None:
        cls.FIELDS = {field: field for field in cls.MEMBERS}

    def __init__(self, document: dict[str, Any]) -> None:
        for field, (name, read) in self.MEMBERS.items():
            setattr(self, field, read(document.get(name)))


def _text(value: Any) -> str:
    return str(value or "")


def _flag(value: Any) -> bool:
    return bool(value)


def _whole(value: Any) -> int:
    return int(value or 0)


def _time(value: Any) -> Time:
    from hivehelm.golang import timefmt
    from hivehelm.release.times import ZERO

    return timefmt.parse("2006-01-02T15:04:05.999999999Z07:00", value or ZERO)


def _bytes(value: Any) -> bytes:
    from binascii import a2b_base64

    return a2b_base64(value or "")


def _texts(value: Any) -> StringSlice:
    return NilStringSlice() if value is None else StringSlice(value)


def _labels(value: Any) -> StringMap:
    return StringMap(value or {})


def _number(value: Any) -> Any:
    """Return a JSON value with every number a float64, as encoding/json reads them."""
    if isinstance(value, dict):
        return {key: _number(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_number(item) for item in value]
    return float(value) if type(value) is int else value


def _values(value: Any) -> dict[str, Any]:
    return NilMap() if value is None else _number(value)


def _words(listed: type[TypedSlice], word: type[_Word]) -> Callable[[Any], TypedSlice]:
    return lambda value: listed(word(item) for item in value or ())


def _structs(listed: type[TypedSlice], made: type[_Record]) -> Callable[[Any], TypedSlice]:
    return lambda value: listed(made(item) for item in value or ())


class _Info(_Record):
    GO_TYPE = "*v1.Info"
    MEMBERS: ClassVar = {
        "FirstDeployed": ("first_deployed", _time),
        "LastDeployed": ("last_deployed", _time),
        "Deleted": ("deleted", _time),
        "Description": ("description", _text),
        "Status": ("status", lambda value: _Status(value or "")),
        "RollbackRevision": ("rollback_revision", _whole),
        "Notes": ("notes", _text),
        "Resources": ("resources", _values),
    }


class _Execution(_Record):
    GO_TYPE = "v1.HookExecution"
    MEMBERS: ClassVar = {
        "StartedAt": ("started_at", _time),
        "CompletedAt": ("completed_at", _time),
        "Phase": ("phase", lambda value: _Phase(value or "")),
    }


class _Hook(_Record):
    GO_TYPE = "*v1.Hook"
    MEMBERS: ClassVar = {
        "Name": ("name", _text),
        "Kind": ("kind", _text),
        "Path": ("path", _text),
        "Manifest": ("manifest", _text),
        "Events": ("events", _words(_Events, _HookEvent)),
        "LastRun": ("last_run", lambda value: _Execution(value or {})),
        "Weight": ("weight", _whole),
        "DeletePolicies": ("delete_policies", _words(_DeletePolicies, _DeletePolicy)),
        "OutputLogPolicies": ("output_log_policies", _words(_LogPolicies, _LogPolicy)),
    }


class _File(_Record):
    GO_TYPE = "*common.File"
    MEMBERS: ClassVar = {
        "Name": ("name", _text),
        "Data": ("data", _bytes),
        "ModTime": ("modtime", _time),
    }


class _Maintainer(_Record):
    GO_TYPE = "*v2.Maintainer"
    MEMBERS: ClassVar = {"Name": ("name", _text), "Email": ("email", _text), "URL": ("url", _text)}


class _Dependency(_Record):
    GO_TYPE = "*v2.Dependency"
    MEMBERS: ClassVar = {
        "Name": ("name", _text),
        "Version": ("version", _text),
        "Repository": ("repository", _text),
        "Condition": ("condition", _text),
        "Tags": ("tags", _texts),
        "Enabled": ("enabled", _flag),
        "ImportValues": ("import-values", lambda value: _number(value or [])),
        "Alias": ("alias", _text),
    }


class _Lock(_Record):
    GO_TYPE = "*v2.Lock"
    MEMBERS: ClassVar = {
        "Generated": ("generated", _time),
        "Digest": ("digest", _text),
        "Dependencies": ("dependencies", _structs(_Dependencies, _Dependency)),
    }


class _Metadata(_Record):
    GO_TYPE = "*v2.Metadata"
    MEMBERS: ClassVar = {
        "Name": ("name", _text),
        "Home": ("home", _text),
        "Sources": ("sources", _texts),
        "Version": ("version", _text),
        "Description": ("description", _text),
        "Keywords": ("keywords", _texts),
        "Maintainers": ("maintainers", _structs(_Maintainers, _Maintainer)),
        "Icon": ("icon", _text),
        "APIVersion": ("apiVersion", _text),
        "Condition": ("condition", _text),
        "Tags": ("tags", _text),
        "AppVersion": ("appVersion", _text),
        "Deprecated": ("deprecated", _flag),
        "Annotations": ("annotations", _labels),
        "KubeVersion": ("kubeVersion", _text),
        "Dependencies": ("dependencies", _structs(_Dependencies, _Dependency)),
        "Type": ("type", _text),
    }


class _Chart(_Record):
    GO_TYPE = "*v2.Chart"
    MEMBERS: ClassVar = {
        "Raw": ("", lambda _: _Files()),
        "Metadata": ("metadata", lambda value: _Nil("*v2.Metadata") if value is None else _Metadata(value)),
        "Lock": ("lock", lambda value: _Nil("*v2.Lock") if value is None else _Lock(value)),
        "Templates": ("templates", _structs(_Files, _File)),
        "Values": ("values", _values),
        "Schema": ("schema", _bytes),
        "SchemaModTime": ("schemamodtime", _time),
        "Files": ("files", _structs(_Files, _File)),
        "ModTime": ("modtime", _time),
    }
    METHODS: ClassVar[dict[str, str]] = {
        "AppVersion": "_app_version",
        "ChartFullPath": "_name",
        "ChartPath": "_name",
        "Dependencies": "_dependencies",
        "IsRoot": "_is_root",
        "Name": "_name",
        "Parent": "_parent",
        "Root": "_root",
    }
    Metadata: _Metadata | _Nil

    def _name(self) -> str:
        return str(self.Metadata.get("Name")) if self.Metadata else ""

    def _app_version(self) -> str:
        return str(self.Metadata.get("AppVersion")) if self.Metadata else ""

    def _dependencies(self) -> _Charts:
        return _Charts()  # Records do not hold them.

    def _is_root(self) -> bool:
        return True

    def _parent(self) -> _Nil:
        return _Nil("*v2.Chart", tuple(self.METHODS))

    def _root(self) -> _Chart:
        return self


class ReleaseView(_Record):
    """A release; its fields are those of Go's `release.Release`."""

    GO_TYPE = "*v1.Release"
    MEMBERS: ClassVar = {
        "Name": ("name", _text),
        "Info": ("info", lambda value: _Nil("*v1.Info") if value is None else _Info(value)),
        "Chart": ("chart", lambda value: _Nil("*v2.Chart") if value is None else _Chart(value)),
        "Config": ("config", _values),
        "Manifest": ("manifest", _text),
        "Hooks": ("hooks", _structs(_Hooks, _Hook)),
        "Version": ("version", _whole),
        "Namespace": ("namespace", _text),
        "Labels": ("labels", _labels),
        "ApplyMethod": ("apply_method", _text),
    }
    METHODS: ClassVar[dict[str, str]] = {"SetStatus": "_set_status"}

    @takes("common.Status, string")
    def _set_status(self, status: str, description: str) -> None:
        """Refuse nothing: in Go this changes what is printed next, and returns nothing to print."""


def render(template: str, release: Release) -> str:
    """Return what a Go template makes of a release, with Go's own functions only.

    Raises:
        TemplateError: it cannot be parsed, or fails; `written` is what it had printed before.
    """
    from hivehelm.gotemplate.template import TemplateSet
    from hivehelm.release.codec import to_document

    document = {**to_document(release), "labels": release.labels}
    templates = TemplateSet({}, name="_")
    return templates.execute(templates.add("_", template), {"Release": ReleaseView(document)})
