"""The names that Kubernetes allows for objects, by kind.

Source: Helm's `validateMetadataNameFunc` and apimachinery's `pkg/api/validate/content`.
"""

from __future__ import annotations

from hivehelm.golang.utf8 import length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
_ENDS: Final = _LETTERS | frozenset("0123456789")
_WITHIN: Final = _ENDS | {"-"}
_LABEL_PATTERN: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"


def problem(kind: str, name: str) -> str:
    """Tell what is wrong with the name of an object of that kind, "" for a good one."""
    faults = _RULES.get(kind.lower(), _subdomain)(name)
    if not faults:
        return ""
    from hivehelm.golang.fmt import quote

    quoted = quote(name)
    told = [f"metadata.name: Invalid value: {quoted}: {fault}" for fault in faults]
    listed = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
    return f"object name does not conform to Kubernetes naming requirements: {quoted}: {listed}"


def _is_label(name: str) -> bool:
    return name != "" and name[0] in _ENDS and name[-1] in _ENDS and _WITHIN.issuperset(name)


def _is_subdomain(name: str) -> bool:
    return all(map(_is_label, name.split(".")))


def _too_long(name: str, most: int) -> list[str]:
    return [f"must be no more than {most} characters"] if length(name) > most else []


def _subdomain(name: str) -> list[str]:
    """RFC 1123 subdomains: the rule for kinds without another."""
    faults = _too_long(name, 253)
    if not _is_subdomain(name):
        faults.append(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
            "and must start and end with an alphanumeric character (e.g. 'example.com', "
            rf"regex used for validation is '{_LABEL_PATTERN}(\.{_LABEL_PATTERN})*')"
        )
    return faults


def _label(name: str) -> list[str]:
    """RFC 1123 labels."""
    faults = _too_long(name, 63)
    if _is_label(name):
        return faults
    if _is_subdomain(name):
        faults.append("must not contain dots")
    else:
        faults.append(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
            "and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', "
            f"regex used for validation is '{_LABEL_PATTERN}')"
        )
    return faults


def _service(name: str) -> list[str]:
    """RFC 1035 labels, which begin with a letter."""
    faults = _too_long(name, 63)
    if not (_is_label(name) and name[0] in _LETTERS):
        faults.append(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
            "start with an alphabetic character, and end with an alphanumeric character "
            "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
        )
    return faults


def _path_segment(name: str) -> list[str]:
    """What can stand in the path of a URL; nothing at all, too."""
    if name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{part}'" for part in ("/", "%") if part in name]


def _anything(_name: str) -> list[str]:
    return []


_RULES: Final[dict[str, Callable[[str], list[str]]]] = {
    "service": _service,
    "namespace": _label,
    "certificatesigningrequest": _anything,
    "role": _path_segment,
    "clusterrole": _path_segment,
    "rolebinding": _path_segment,
    "clusterrolebinding": _path_segment,
}
