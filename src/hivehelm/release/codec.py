"""A release record as Helm stores it: JSON, gzip, base64 (pkg/storage/driver/util.go of Helm 4.3.1).

Helm 4 and Helm 3 read what is written here, and the other way round. Members that are not known are kept.
"""

from __future__ import annotations

from hivehelm.release.errors import ReleaseDecodeError
from hivehelm.release.model import Hook, HookExecution, Info, Release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: A Secret holds 1 MiB of base64: a record that unpacks to more than this was made to fill memory.
MAX_DECODED = 256 << 20

_GZIP = b"\x1f\x8b\x08"

# Members whose own members keep the order of Go's structs; what is not named here is a map, and sorted.
_Shape = dict[str, "Any"]
_STRUCT: _Shape = {}
_CHART: _Shape = {
    "metadata": {"maintainers": [_STRUCT], "dependencies": [_STRUCT]},
    "lock": {"dependencies": [_STRUCT]},
    "templates": [_STRUCT],
    "files": [_STRUCT],
}
_RELEASE: _Shape = {"info": _STRUCT, "chart": _CHART, "hooks": [{"last_run": _STRUCT}]}


def encode(release: Release) -> bytes:
    """Return the record of `release`; its labels are not part of it."""
    from binascii import b2a_base64
    from zlib import compressobj

    packer = compressobj(9, wbits=31)
    packed = packer.compress(to_json(release).encode("utf-8", "replace")) + packer.flush()
    return b2a_base64(packed, newline=False)


def decode(data: bytes) -> Release:
    """Return the release of a record; records from before compression are read too.

    Raises:
        ReleaseDecodeError: the data is damaged, unpacks to more than `MAX_DECODED` bytes, or is no release.
    """
    raw = _from_base64(data)
    if len(raw) > 3 and raw.startswith(_GZIP):
        raw = _unpacked(raw)
    return from_json(raw)


def to_json(release: Release) -> str:
    """Return `release` as Go's encoder writes it, on one line, the chart included and labels left out."""
    return _write(to_document(release), _RELEASE)


def from_json(text: bytes) -> Release:
    """Return the release of its JSON.

    Raises:
        ReleaseDecodeError: it is not JSON, or not that of a release.
    """
    return from_document(_parsed(text))


def to_document(release: Release) -> dict[str, Any]:
    """Return `release` as the members of its JSON, in Go's order and without what is empty."""
    document: dict[str, Any] = {
        "name": release.name,
        "info": _info_document(release.info),
        "chart": _chart_document(release.chart_document),
        "config": release.config,
        "manifest": release.manifest,
        "hooks": [_hook_document(hook) for hook in release.hooks],
        "version": release.version,
        "namespace": release.namespace,
        "apply_method": release.apply_method,
    }
    return {**_filled(document), **release.extra}


def from_document(document: object) -> Release:
    """Return the release of the members of its JSON.

    Raises:
        ReleaseDecodeError: a member is of the wrong type.
    """
    members = _Members(document, "Release")
    return Release(
        name=members.text("name"),
        info=_info(members.value("info")),
        chart_document=members.mapping("chart"),
        config=members.mapping("config"),
        manifest=members.text("manifest"),
        hooks=tuple(_hook(one) for one in members.items("hooks") if one is not None),
        version=members.whole("version"),
        namespace=members.text("namespace"),
        apply_method=members.text("apply_method"),
        extra=members.rest(),
    )


def _chart_document(document: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a chart with all that Helm 4 writes of one: Helm 3 knows no age of a schema."""
    if document is None or "schema" not in document or "schemamodtime" in document:
        return document
    from hivehelm.release.times import ZERO

    written: dict[str, Any] = {}
    for name, value in document.items():
        written[name] = value
        if name == "schema":
            written["schemamodtime"] = ZERO
    return written


def _info_document(info: Info) -> dict[str, Any]:
    document = {
        "first_deployed": info.first_deployed,
        "last_deployed": info.last_deployed,
        "deleted": info.deleted,
        "description": info.description,
        "status": info.status,
        "rollback_revision": info.rollback_revision,
        "notes": info.notes,
        "resources": info.resources,
    }
    return {**_filled(document), **info.extra}


def _info(document: object) -> Info:
    members = _Members(document, "Info")
    return Info(
        first_deployed=members.instant("first_deployed"),
        last_deployed=members.instant("last_deployed"),
        deleted=members.instant("deleted"),
        description=members.text("description"),
        status=members.text("status"),
        rollback_revision=members.whole("rollback_revision"),
        notes=members.text("notes"),
        # Only ever in a command's output: a record that holds them cannot be read by Helm either.
        resources=members.mapping("resources") or {},
        extra=members.rest(),
    )


def _hook_document(hook: Hook) -> dict[str, Any]:
    document = _filled(
        {
            "name": hook.name,
            "kind": hook.kind,
            "path": hook.path,
            "manifest": hook.manifest,
            "events": list(hook.events),
            "last_run": _execution_document(hook.last_run),
            "weight": hook.weight,
            "delete_policies": list(hook.delete_policies),
            "output_log_policies": list(hook.output_log_policies),
        }
    )
    return {**document, **hook.extra}


def _hook(document: object) -> Hook:
    members = _Members(document, "Hook")
    return Hook(
        name=members.text("name"),
        kind=members.text("kind"),
        path=members.text("path"),
        manifest=members.text("manifest"),
        events=members.texts("events"),
        last_run=_execution(members.value("last_run")),
        weight=members.whole("weight"),
        delete_policies=members.texts("delete_policies"),
        output_log_policies=members.texts("output_log_policies"),
        extra=members.rest(),
    )


def _execution_document(run: HookExecution) -> dict[str, Any]:
    times = _filled({"started_at": run.started_at, "completed_at": run.completed_at})
    return {**times, "phase": run.phase}


def _execution(document: object) -> HookExecution:
    members = _Members(document, "HookExecution")
    return HookExecution(
        started_at=members.instant("started_at"),
        completed_at=members.instant("completed_at"),
        phase=members.text("phase"),
    )


#: What Go writes even when it is empty, being a struct.
_ALWAYS = ("info", "last_run")


def _filled(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value or name in _ALWAYS}


class _Members:
    """The members of a JSON object, taken one by one as the types of a Go struct demand."""

    def __init__(self, document: object, struct: str) -> None:
        if document is None:
            document = {}
        if not isinstance(document, dict):
            raise ReleaseDecodeError(
                f"json: cannot unmarshal {_kind(document)} into Go value of type {struct}"
            )
        self._left: dict[str, Any] = dict(document)
        self._struct = struct

    def value(self, name: str) -> Any:
        return self._left.pop(name, None)

    def text(self, name: str) -> str:
        return self._typed(name, str, "string") or ""

    def whole(self, name: str) -> int:
        number = self._typed(name, (int, float), "int") or 0
        if number != int(number):
            raise self._wrong(name, f"number {number}", "int")
        return int(number)

    def mapping(self, name: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._typed(name, dict, "map[string]interface {}")
        return found

    def items(self, name: str) -> list[Any]:
        return self._typed(name, list, "[]interface {}") or []

    def texts(self, name: str) -> tuple[str, ...]:
        items = self.items(name)
        for item in items:
            if not isinstance(item, str):
                raise self._wrong(name, _kind(item), "string")
        return tuple(items)

    def instant(self, name: str) -> str:
        from hivehelm.release.times import ZERO, nanoseconds

        text = self.text(name)
        if text in ("", ZERO):
            return ""
        try:
            nanoseconds(text)
        except ValueError as error:
            raise ReleaseDecodeError(str(error)) from error
        return text

    def rest(self) -> dict[str, Any]:
        return self._left

    def _typed(self, name: str, kind: type | tuple[type, ...], go_type: str) -> Any:
        found = self._left.pop(name, None)
        if found is None or (isinstance(found, kind) and not isinstance(found, bool)):
            return found
        raise self._wrong(name, _kind(found), go_type)

    def _wrong(self, name: str, kind: str, go_type: str) -> ReleaseDecodeError:
        return ReleaseDecodeError(
            f"json: cannot unmarshal {kind} into Go struct field {self._struct}.{name} of type {go_type}"
        )


def _kind(value: object) -> str:
    kinds: dict[type, str] = {str: "string", bool: "bool", dict: "object", list: "array"}
    return kinds.get(type(value), "number")


def _write(value: Any, shape: Any) -> str:
    """Return `value` as JSON, keeping the order of members where `shape` says that they are a struct's."""
    from hivehelm.golang.json import dumps

    if shape is not None:
        if isinstance(value, list) and isinstance(shape, list):
            return f"[{','.join([_write(item, shape[0]) for item in value])}]"
        if isinstance(value, dict) and isinstance(shape, dict):
            members = [f"{dumps(name)}:{_write(member, shape.get(name))}" for name, member in value.items()]
            return f"{{{','.join(members)}}}"
    return dumps(value)


def _from_base64(data: bytes) -> bytes:
    from binascii import Error, a2b_base64

    try:
        return a2b_base64(data.translate(None, b"\r\n"), strict_mode=True)
    except Error:
        import re

        wrong = re.search(rb"[^A-Za-z0-9+/\r\n]", data)
        offset = wrong.start() if wrong else len(data)
        raise ReleaseDecodeError(f"illegal base64 data at input byte {offset}") from None


def _unpacked(packed: bytes) -> bytes:
    from zlib import decompressobj, error

    unpacker = decompressobj(wbits=31)
    try:
        text = unpacker.decompress(packed, MAX_DECODED)
    except error:
        raise ReleaseDecodeError("gzip: invalid data") from None
    if unpacker.unconsumed_tail:
        raise ReleaseDecodeError(f"release record unpacks to more than {MAX_DECODED >> 20} MiB")
    if not unpacker.eof:
        raise ReleaseDecodeError("unexpected EOF")
    return text


def _parsed(text: bytes) -> Any:
    """Return JSON as Go decodes it into `any`: every number a float64."""
    from json import loads

    decoded = text.decode("utf-8", "replace")
    try:
        return loads(decoded, parse_int=float, parse_constant=_no_constant)
    except RecursionError:
        raise ReleaseDecodeError("exceeded max depth") from None
    except ValueError as error:
        raise ReleaseDecodeError(_go_text(decoded, str(error))) from None


def _go_text(text: str, otherwise: str) -> str:
    """Return what Go's decoder says of broken JSON."""
    from hivehelm.golang.json import JSONError, loads

    try:
        loads(text)
    except JSONError as error:
        return str(error)
    return otherwise


def _no_constant(name: str) -> Any:
    raise ValueError(name)
