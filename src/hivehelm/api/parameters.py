"""Parameters that several routes take."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Header, Path, Query
from pydantic import BeforeValidator

from hivehelm.api.names import ChartName, NamespaceName, ReleaseName, RepositoryName

MOST_REVISION: Final = 2**31 - 1


def _truth(given: object) -> object:
    # pydantic's own words for truth are many; the document says which count.
    if given in ("true", "false", True, False):
        return given in ("true", True)
    raise ValueError("must be true or false")


Flag = Annotated[bool, BeforeValidator(_truth)]

Name = Annotated[ReleaseName, Path(description="The release's name.", examples=["my-nginx"])]
Chart = Annotated[ChartName, Path(description="The chart's name.", examples=["my-app"])]
Repository = Annotated[RepositoryName, Path(description="The repository's name.", examples=["bitnami"])]
OperationId = Annotated[
    str,
    Path(
        description="The operation's id.",
        examples=["0193512f8a3c7d10"],
        pattern="^[0-9a-zA-Z-]+$",
        max_length=64,
    ),
]
Namespace = Annotated[NamespaceName, Query(description="The release's namespace.", examples=["default"])]
AnyNamespace = Annotated[
    NamespaceName | None,
    Query(description="Only this namespace; without it, all that the caller may see."),
]
BodyNamespace = Annotated[
    NamespaceName | None,
    Query(
        description="The release's namespace, where the body does not say it; `default` where neither does."
    ),
]
Revision = Annotated[
    int, Query(ge=0, le=MOST_REVISION, description="A revision; 0 is the newest.", examples=[1])
]
Secrets = Annotated[
    Flag, Query(description="Show secret values, which otherwise are masked; takes the role deployer.")
]
Limit = Annotated[int, Query(ge=0, le=10_000, description="How many at most; 0 is all.", examples=[100])]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="How many are skipped.")]
Wait = Annotated[Flag, Query(description="Hold the answer until the operation is over.")]
Hold = Annotated[
    float, Query(gt=0, le=3600, description="With `wait`: for how many seconds the answer is held.")
]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=255,
        description="The same key again gives the same operation, and nothing is done twice.",
        examples=["3f1c7d2e-install-my-nginx"],
    ),
]
ChartVersion = Annotated[
    str, Query(max_length=256, description="A version or a range of them; the newest where it is empty.")
]
