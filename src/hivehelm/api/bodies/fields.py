"""Fields that several bodies have, and the rules for them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from hivehelm.api import names

LONGEST_VALUES: Final = 1 << 20
"""Characters of values as YAML: a release's record has no room for more."""
_DEEPEST: Final = 200


class Answer(BaseModel):
    """Base of what is answered."""

    model_config = ConfigDict(extra="allow")


class Body(BaseModel):
    """Base of what is sent: nothing is guessed, and what is not known is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)


def _seconds(given: float | str) -> float:
    if isinstance(given, str):
        from hivehelm.golang.duration import DurationError, parse_duration

        try:
            given = int(parse_duration(given)) / 1e9
        except DurationError as error:
            raise ValueError(str(error)) from None
    if not 0 <= given <= 86_400:
        raise ValueError("must be between 0 seconds and a day")
    return float(given)


def plain(value: Any, depth: int = 0) -> Any:
    """Return values as a values file gives them: numbers are floats; raises ValueError for no JSON."""
    if depth > _DEEPEST:
        raise ValueError("values are nested too deeply")
    match value:
        case None | bool():
            return value
        case int() | float():
            try:
                number = float(value)
            except OverflowError:
                number = float("inf")
            if number - number != 0:
                raise ValueError("values hold a number that is none, or is out of range")
            return number
        case str():
            if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
                raise ValueError("values hold text that is not UTF-8")
            return value
        case list():
            return [plain(item, depth + 1) for item in value]
        case dict():
            return {plain(str(key)): plain(item, depth + 1) for key, item in value.items()}
    raise ValueError(f"values hold a {type(value).__name__}")


def _values(given: dict[str, Any] | str) -> dict[str, Any] | str:
    if isinstance(given, str):
        if len(given) > LONGEST_VALUES:
            raise ValueError(f"values are longer than {LONGEST_VALUES} characters")
        return given
    found: dict[str, Any] = plain(given)
    return found


ReleaseName = Annotated[names.ReleaseName, Field(description="The release's name.", examples=["my-nginx"])]
NamespaceName = Annotated[
    names.NamespaceName,
    Field(description="The namespace, of Kubernetes, that the release is in.", examples=["default"]),
]
ChartName = Annotated[names.ChartName, Field(description="The chart's name.", examples=["my-app"])]
RepositoryName = Annotated[
    names.RepositoryName, Field(description="The repository's name.", examples=["bitnami"])
]
Seconds = Annotated[
    float | str,
    AfterValidator(_seconds),
    Field(
        description="Seconds, or a duration as Go writes it: `5m0s`.",
        json_schema_extra={
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 86400},
                {"type": "string", "pattern": r"^([0-9]{1,4}[sm])+$"},
            ]
        },
    ),
]
Values = Annotated[
    dict[str, Any] | str,
    AfterValidator(_values),
    Field(
        description="The values to lay over the chart's own: an object, or the text of a values file.",
        examples=[{"replicaCount": 3, "service": {"type": "ClusterIP", "port": 80}}],
    ),
]
WaitStrategy = Annotated[
    bool | Literal["hookOnly", "watcher", "legacy"],
    Field(
        description="Whether the operation waits until all objects are ready: `true` is `watcher`, `false` "
        "is `hookOnly`. Not to be mistaken for `?wait=true`, which holds the answer."
    ),
]


def strategy(given: bool | str) -> str:
    """Return what actions call a way to wait."""
    return given if isinstance(given, str) else "watcher" if given else "hookOnly"
