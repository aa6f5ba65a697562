"""Splitting and heads: the cases hold what Helm 4.3.1's releaseutil made of each text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hivehelm.manifest.documents import Head, HeadError, head, split

CASES = Path(__file__).parents[2] / "cases/manifest"
HEADS: list[dict[str, Any]] = json.loads((CASES / "heads.json").read_text(encoding="utf-8"))
SPLITS: list[dict[str, Any]] = json.loads((CASES / "split.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", SPLITS, ids=lambda case: ascii(case["text"])[:40])
def test_texts_are_split_as_helm_splits_them(case: dict[str, Any]) -> None:
    assert split(case["text"]) == case["documents"]


@pytest.mark.parametrize("case", HEADS, ids=lambda case: ascii(case["document"])[:40])
def test_heads_are_read_as_helm_reads_them(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(HeadError) as caught:
            head(case["document"])
        assert str(caught.value) == case["error"]
    else:
        assert head(case["document"]) == Head(**case["head"])


def test_bytes_that_are_not_text_are_kept_apart() -> None:
    assert split("a: \udcff\n---\nb") == ["a: \udcff\n", "b"]


def test_large_documents_are_read_whole() -> None:
    text = "kind: Pod\nmetadata:\n  name: x\nspec:\n" + "  - a: b\n    c: [1, 2]\n" * 3000
    assert head(text).name == "x"
    with pytest.raises(HeadError):
        head(text + "]")


def test_what_stands_elsewhere_is_passed_over() -> None:
    found = head("name: top\nannotations: 3\nkind: K\nmetadata: {kind: M, name: x}\n")
    assert (found.kind, found.name, found.annotations) == ("K", "x", None)
