"""The names that clients give."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from hivehelm.api.names import ChartName, NamespaceName, ReleaseName, RepositoryName

KINDS: dict[str, TypeAdapter[str]] = {
    "release": TypeAdapter(ReleaseName),
    "namespace": TypeAdapter(NamespaceName),
    "chart": TypeAdapter(ChartName),
    "repository": TypeAdapter(RepositoryName),
}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("release", "my-nginx"),
        ("release", "a.b-c"),
        ("release", "a" * 53),
        ("namespace", "0"),
        ("namespace", "a" * 63),
        ("chart", "My_app.v2-x"),
        ("chart", "a" * 250),
    ],
)
def test_names(kind: str, name: str) -> None:
    assert KINDS[kind].validate_python(name) == name


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("release", "", "no name provided"),
        ("release", "A", "must match regex"),
        ("release", "a" * 54, "must match regex"),
        ("namespace", "", "at most 63 lower case letters"),
        ("namespace", "a.b", "at most 63 lower case letters"),
        ("namespace", "a" * 64, "at most 63 lower case letters"),
        ("chart", "", "letters, digits"),
        ("chart", ".a", "letters, digits"),
        ("chart", "a/b", "invalid chart name 'a/b': letters, digits"),
        ("repository", "../a", "invalid repository name '../a': letters, digits"),
        ("chart", "a" * 251, "letters, digits"),
    ],
)
def test_what_is_no_name(kind: str, name: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        KINDS[kind].validate_python(name)


def test_the_document_says_what_names_may_be() -> None:
    for kind, longest in (("release", 53), ("namespace", 63), ("chart", 250)):
        said = KINDS[kind].json_schema()
        assert (said["type"], said["minLength"], said["maxLength"]) == ("string", 1, longest)
        assert said["pattern"].startswith("^[a-z")
