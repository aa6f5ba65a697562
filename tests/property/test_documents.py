"""Random YAML, well-formed or not, against sigs.k8s.io/yaml."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hivehelm.golang import yaml

from .documents import DAMAGE, PLAIN, Grammar, Samples
from .program import Oracle, spell

SEEDS = st.integers(0, 2**64 - 1)
_TOKENS = st.sampled_from((*PLAIN, *DAMAGE))
TOKENS = st.lists(_TOKENS, max_size=14).map("".join)
# Go goes through maps in an order of its own each time, and so meets another of several errors, or leaves the
# value of another of several keys that are one in JSON (`1` and `01`).
_TRIES = 40


def _read(document: bytes) -> tuple[object, str | None]:
    try:
        return spell(yaml.load(document)), None
    except yaml.YAMLError as error:
        return None, str(error)


def _compare(oracle: Oracle, document: str) -> None:
    raw = document.encode("utf-8", "surrogateescape")
    ours = _read(raw)
    for _ in range(_TRIES):
        value, error = oracle.yaml(raw)
        theirs = (None, error) if error is not None else (value, None)
        if ours == theirs:
            return
    assert ours == theirs, document


@pytest.fixture(scope="module")
def samples() -> Samples:
    return Samples(Path(os.environ.get("HIVEHELM_CHARTS") or Path(__file__).parents[3] / "shared" / "charts"))


@given(document=TOKENS)
def test_tokens_are_read_as_helm_reads_them(oracle: Oracle, document: str) -> None:
    _compare(oracle, document)


@given(seed=SEEDS)
def test_documents_are_read_as_helm_reads_them(oracle: Oracle, seed: int) -> None:
    _compare(oracle, Grammar(seed).document())


@given(seed=SEEDS)
def test_damaged_documents_are_read_as_helm_reads_them(oracle: Oracle, seed: int) -> None:
    _compare(oracle, Grammar(seed).damaged())


@given(seed=SEEDS)
def test_real_documents_are_read_as_helm_reads_them(oracle: Oracle, samples: Samples, seed: int) -> None:
    _compare(oracle, samples.document(seed))
