from __future__ import annotations

import pytest

from hivehelm.chart.errors import ValidationError
from hivehelm.chart.model import Dependency, Maintainer, Metadata
from hivehelm.chart.validate import is_version, sanitize, validate


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain ü", "plain ü"),
        ("tab\tnewline\nnbsp\xa0ideographic\u3000", "tab newline nbsp ideographic "),
        ("bell\x07zero-width\u200b", "bellzero-width"),
        ("\ufffd\U0001f600", "\ufffd\U0001f600"),
    ],
)
def test_texts_are_tidied(text: str, clean: str) -> None:
    assert sanitize(text) == clean


@pytest.mark.parametrize("version", ["1.2.3", "v1", "1.2", "1.2.3-rc.1+b", "01.2.3", "0.0.0"])
def test_loose_versions_are_versions(version: str) -> None:
    assert is_version(version)


@pytest.mark.parametrize("version", ["", "one", "1.2.3.4", "1..3", "1.2.x"])
def test_other_texts_are_not(version: str) -> None:
    assert not is_version(version)


def test_what_is_right_is_tidied_in_place() -> None:
    metadata = Metadata(
        "a",
        "1.0.0",
        "v2",
        description="x\ty",
        sources=["a\tb"],
        keywords=["c\td"],
        maintainers=[Maintainer("m\tn", "e", "u")],
        dependencies=[Dependency("d", tags=["t\tu"], alias="al-ias_1")],
    )
    validate(metadata)
    assert metadata.description == "x y"
    assert metadata.sources == ["a b"]
    assert metadata.keywords == ["c d"]
    assert metadata.maintainers is not None
    assert metadata.maintainers[0].name == "m n"
    assert metadata.dependencies is not None
    assert metadata.dependencies[0].tags == ["t u"]


@pytest.mark.parametrize(
    ("metadata", "problem"),
    [
        (Metadata("a", "1.0.0"), "chart.metadata.apiVersion is required"),
        (Metadata("", "1.0.0", "v2"), "chart.metadata.name is required"),
        (Metadata(".", "1.0.0", "v2"), 'chart.metadata.name "." is not allowed'),
        (Metadata("a/b", "1.0.0", "v2"), 'chart.metadata.name "a/b" is invalid'),
        (Metadata("a", "", "v2"), "chart.metadata.version is required"),
        (Metadata("a", "x", "v2"), 'chart.metadata.version "x" is invalid'),
        (Metadata("a", "1.0.0", "v2", type="x"), "chart.metadata.type must be application or library"),
    ],
)
def test_what_is_wrong_is_told(metadata: Metadata, problem: str) -> None:
    with pytest.raises(ValidationError) as raised:
        validate(metadata)
    assert raised.value.problem == problem
    assert str(raised.value) == f"validation: {problem}"


def test_a_slash_alone_is_a_name() -> None:
    validate(Metadata("/", "1.0.0", "v2"))
