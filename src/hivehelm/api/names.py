"""The names that clients give in paths, queries and bodies: what they may be, and how that is documented."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator

from hivehelm.actions.names import fault

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

NAMESPACE_PATTERN: Final = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
RELEASE_PATTERN: Final = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
_FILE_PATTERN: Final = r"^[a-zA-Z0-9][a-zA-Z0-9._-]*$"
LONGEST_RELEASE: Final = 53
LONGEST_NAMESPACE: Final = 63
_LONGEST_FILE: Final = 250


def _release(name: str) -> str:
    """Return a release's name that Helm takes; raises ValueError with Helm's words."""
    if reason := fault(name):
        raise ValueError(f"release name {name!r}: {reason}" if name else reason)
    return name


def _namespace(name: str) -> str:
    """Return a namespace's name that Kubernetes takes (RFC 1123's labels)."""
    if len(name) > LONGEST_NAMESPACE or not re.fullmatch(NAMESPACE_PATTERN[1:-1], name):
        raise ValueError(
            f"invalid namespace {name!r}: must be at most 63 lower case letters, digits or '-', "
            "and start and end with a letter or digit"
        )
    return name


def _chart(name: str) -> str:
    """Return a chart's name that is no path."""
    return _file("chart", name)


def _repository(name: str) -> str:
    """Return a repository's name that is no path."""
    return _file("repository", name)


def _file(what: str, name: str) -> str:
    if len(name) > _LONGEST_FILE or not re.fullmatch(_FILE_PATTERN[1:-1], name):
        raise ValueError(f"invalid {what} name {name!r}: letters, digits, '.', '_' and '-' only")
    return name


class _Says:
    """What the OpenAPI document says of a name."""

    def __init__(self, pattern: str, longest: int) -> None:
        self._said: JsonSchemaValue = {"pattern": pattern, "minLength": 1, "maxLength": longest}

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(core), **self._said}


ReleaseName = Annotated[str, AfterValidator(_release), _Says(RELEASE_PATTERN, LONGEST_RELEASE)]
NamespaceName = Annotated[str, AfterValidator(_namespace), _Says(NAMESPACE_PATTERN, LONGEST_NAMESPACE)]
ChartName = Annotated[str, AfterValidator(_chart), _Says(_FILE_PATTERN, _LONGEST_FILE)]
RepositoryName = Annotated[str, AfterValidator(_repository), _Says(_FILE_PATTERN, _LONGEST_FILE)]
