"""What Chart.yaml may say (`Metadata.Validate` of `pkg/chart/v2`)."""

from __future__ import annotations

from hivehelm.chart.errors import ValidationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.chart.model import Dependency, Metadata

_ALIAS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_SPACES = frozenset("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(code) for code in range(0x2000, 0x200B)
}


def sanitize(text: str) -> str:
    """Return `text` with every space a plain one and without what cannot be printed."""
    if text.isascii() and text.isprintable():
        return text
    from hivehelm.golang.unicode import is_print

    if not any(
        letter in _SPACES or not is_print(letter)
        for letter in set(text)
        if not (letter.isascii() and letter.isprintable())
    ):
        return text
    spaced = (" " if character in _SPACES else character for character in text)
    return "".join(filter(is_print, spaced))


def validate(metadata: Metadata) -> None:
    """Check `metadata` and tidy its texts in place; only for metadata that was just decoded.

    Raises:
        ValidationError: a field is missing or has a value that a chart may not have.
    """
    for field in ("name", "description", "home", "icon", "condition", "tags", "app_version", "kube_version"):
        setattr(metadata, field, sanitize(getattr(metadata, field)))
    if metadata.sources:
        metadata.sources = [sanitize(source) for source in metadata.sources]
    if metadata.keywords:
        metadata.keywords = [sanitize(keyword) for keyword in metadata.keywords]
    if not metadata.api_version:
        raise ValidationError("chart.metadata.apiVersion is required")
    _validate_name(metadata.name)
    if not metadata.version:
        raise ValidationError("chart.metadata.version is required")
    if not is_version(metadata.version):
        raise ValidationError(f"chart.metadata.version {_quote(metadata.version)} is invalid")
    if metadata.type not in ("", "application", "library"):
        raise ValidationError("chart.metadata.type must be application or library")
    for maintainer in metadata.maintainers or ():
        if maintainer is None:
            raise ValidationError("maintainers must not contain empty or null nodes")
        maintainer.name = sanitize(maintainer.name)
        maintainer.email = sanitize(maintainer.email)
        maintainer.url = sanitize(maintainer.url)
    known: set[str] = set()
    for dependency in metadata.dependencies or ():
        _validate_dependency(dependency)
        key = dependency.alias or dependency.name
        if key in known:
            raise ValidationError(f"more than one dependency with name or alias {_quote(key)}")
        known.add(key)


def _validate_name(name: str) -> None:
    if not name:
        raise ValidationError("chart.metadata.name is required")
    if name in (".", ".."):
        raise ValidationError(f"chart.metadata.name {_quote(name)} is not allowed")
    if "/" in name and name != "/":
        raise ValidationError(f"chart.metadata.name {_quote(name)} is invalid")


def _validate_dependency(dependency: Dependency | None) -> None:
    if dependency is None:
        raise ValidationError("dependencies must not contain empty or null nodes")
    dependency.name = sanitize(dependency.name)
    dependency.version = sanitize(dependency.version)
    dependency.repository = sanitize(dependency.repository)
    dependency.condition = sanitize(dependency.condition)
    if dependency.tags:
        dependency.tags = [sanitize(tag) for tag in dependency.tags]
    if dependency.alias and not _ALIAS.issuperset(dependency.alias):
        raise ValidationError(f"dependency {_quote(dependency.name)} has disallowed characters in the alias")


def is_version(text: str) -> bool:
    """Tell whether `text` is a semantic version as Masterminds' `semver.NewVersion` takes it."""
    parts = text.split(".")
    if len(parts) == 3 and all(
        part.isascii() and part.isdigit() and len(part) < 10 and (part == "0" or part[0] != "0")
        for part in parts
    ):
        return True
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.semver import parse

    try:
        parse(text)
    except HivehelmError:
        return False
    return True


def _quote(text: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(text)
