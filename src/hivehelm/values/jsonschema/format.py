"""The formats that drafts 4 to 7 assert, and what santhosh-tekuri/jsonschema v6 says of misfits."""

from __future__ import annotations

from hivehelm.values.jsonschema.alphabet import ALPHANUMERIC, DIGITS, HEX, byte_length, char

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def problem(name: str, text: str) -> str | None:
    """Return what is wrong with `text` as a `name`, None where nothing is or the format is not known."""
    check = _check(name)
    return None if check is None else check(text)


def _check(name: str) -> Callable[[str], str | None] | None:
    if name in _TIMES:
        from hivehelm.values.jsonschema import format_time

        return getattr(format_time, name.replace("-", "_"))  # type: ignore[no-any-return]
    if name in _ADDRESSES:
        from hivehelm.values.jsonschema import format_address

        return getattr(format_address, _ADDRESSES[name])  # type: ignore[no-any-return]
    return _TEXTS.get(name)


def _json_pointer(text: str) -> str | None:
    if not text:
        return None
    if not text.startswith("/"):
        return "not starting with /"
    for part in text.split("/")[1:]:
        for index, character in enumerate(part):
            if character == "~" and part[index + 1 : index + 2] not in ("0", "1"):
                return "~ must be followed by 0 or 1"
    return None


def _relative_json_pointer(text: str) -> str | None:
    rest = text.lstrip("0123456789")
    digits = text[: len(text) - len(rest)]
    if not digits:
        return "must start with non-negative integer"
    if len(digits) > 1 and digits[0] == "0":
        return "starts with zero"
    return None if rest == "#" else _json_pointer(rest)


def _uuid(text: str) -> str | None:
    groups = text.split("-")
    if len(groups) != 5:
        return "must have 5 elements"
    for index, (group, wanted) in enumerate(zip(groups, (8, 4, 4, 4, 12), strict=True)):
        if byte_length(group) != wanted:
            return f"element {index + 1} must be {wanted} characters long"
        for character in group:
            if character not in HEX:
                return f"non-hex character {char(character)}"
    return None


def _regex(text: str) -> str | None:
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.regex import compile as compile_pattern

    try:
        compile_pattern(text)
    except HivehelmError as error:
        return str(error)
    return None


def _semver(text: str) -> str | None:
    core, plus, build = text.partition("+")
    if plus:
        if not build:
            return "build is empty"
        for part in build.split("."):
            if not part:
                return "build identifier is empty"
            for character in part:
                if character not in ALPHANUMERIC and character != "-":
                    return f"invalid character {char(character)} in build identifier"
    core, hyphen, prerelease = core.partition("-")
    if hyphen:
        for part in prerelease.split("."):
            if not part:
                return "pre-release identifier is empty"
            for character in part:
                if character not in ALPHANUMERIC and character != "-":
                    return f"invalid character {char(character)} in pre-release identifier"
            if len(part) > 1 and part[0] == "0" and DIGITS.issuperset(part):
                return "pre-release numeric identifier starts with zero"
    numbers = core.split(".")
    if len(numbers) != 3:
        return "versionCore must have 3 numbers separated by dot"
    for name, number in zip(("major", "minor", "patch"), numbers, strict=True):
        if not number:
            return f"{name} is empty"
        if len(number) > 1 and number[0] == "0":
            return f"{name} starts with zero"
        if not DIGITS.issuperset(number):
            return f"{name} contains non-digit"
    return None


_TEXTS: dict[str, Callable[[str], str | None]] = {
    "json-pointer": _json_pointer,
    "regex": _regex,
    "relative-json-pointer": _relative_json_pointer,
    "semver": _semver,
    "uuid": _uuid,
}
_TIMES = frozenset(("date", "date-time", "duration", "period", "time"))
_ADDRESSES = {
    "email": "email",
    "hostname": "hostname",
    "ipv4": "ipv4",
    "ipv6": "ipv6",
    "iri": "uri",
    "iri-reference": "uri_reference",
    "uri": "uri",
    "uri-reference": "uri_reference",
    "uri-template": "uri_template",
}
