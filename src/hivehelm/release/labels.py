"""Labels of stored records: Helm's own and the user's (pkg/storage/driver)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hivehelm.release.model import Release

#: Labels that belong to the store, in the order in which Helm names them.
SYSTEM = ("name", "owner", "status", "version", "createdAt", "modifiedAt")

_CHARACTERS = (
    "consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)
_KEY = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_KEY_RULE = (
    f"must {_CHARACTERS} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_KEY}')"
)
_VALUE_RULE = (
    f"a valid label must be an empty string or {_CHARACTERS} (e.g. 'MyValue',  or 'my_value',  or '12345', "
    f"regex used for validation is '({_KEY})?')"
)
_DOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_DOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and end with an alphanumeric character "
    f"(e.g. 'example.com', regex used for validation is '{_DOMAIN}')"
)


def of(release: Release) -> dict[str, str]:
    """Return the labels under which `release` is found."""
    return {
        **release.labels,
        "name": release.name,
        "owner": "helm",
        "status": release.info.status,
        "version": str(release.version),
    }


def users(labels: Mapping[str, str]) -> dict[str, str]:
    """Return `labels` without those of the store."""
    return {name: value for name, value in labels.items() if name not in SYSTEM}


def key_faults(key: str) -> list[str]:
    """Return the rules for label keys that `key` breaks (k8s.io/apimachinery's IsLabelKey)."""
    *prefix, name = key.split("/")
    if len(prefix) > 1:
        optional = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return [f"a valid label key {_KEY_RULE} {optional}"]
    faults = []
    if prefix and not prefix[0]:
        faults.append("prefix part must be non-empty")
    elif prefix:
        faults += _faults(prefix[0], 253, _DOMAIN, _DOMAIN_RULE, "prefix part ")
    if not name:
        faults.append("name part must be non-empty")
    return faults + _faults(name, 63, _KEY, _KEY_RULE, "name part ")


def value_faults(value: str) -> list[str]:
    """Return the rules for label values that `value` breaks (k8s.io/apimachinery's IsLabelValue)."""
    return _faults(value, 63, f"({_KEY})?", _VALUE_RULE)


def _faults(text: str, limit: int, pattern: str, rule: str, prefix: str = "") -> list[str]:
    import re

    faults = []
    if len(text.encode("utf-8", "surrogateescape")) > limit:
        faults.append(f"{prefix}must be no more than {limit} bytes")
    if not re.fullmatch(pattern, text):
        faults.append(prefix + rule)
    return faults
