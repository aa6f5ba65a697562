"""What is drawn by chance: every outcome is as likely as any other, and all are possible."""

from __future__ import annotations

import base64
import os
from collections import Counter
from collections.abc import Callable
from itertools import cycle

import pytest

from hivehelm.gotemplate.functions import random
from hivehelm.gotemplate.functions.signature import FunctionError


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the source of chance give each byte in turn."""
    source = cycle(range(256))
    monkeypatch.setattr(os, "urandom", lambda count: bytes(next(source) for _ in range(count)))


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize(("draw", "size"), [(random.rand_alpha_num, 62), (random.rand_ascii, 95)])
def test_characters_are_drawn_alike(draw: Callable[[int], str], size: int) -> None:
    counts = Counter(draw(size * 10))
    assert len(counts) == size
    assert set(counts.values()) == {10}


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("limit", [1, 2, 3, 100, 128, 200, 256])
def test_numbers_are_drawn_alike(limit: int) -> None:
    counts = Counter(random.below(limit) for _ in range(1024))
    assert sorted(counts) == list(range(limit))


def test_large_numbers_stay_below_their_limit() -> None:
    limit = (1 << 63) - 1
    drawn = {random.rand_int(-5, limit - 5) for _ in range(50)}
    assert len(drawn) == 50
    assert all(-5 <= number < limit - 5 for number in drawn)


def test_there_must_be_something_to_draw_from() -> None:
    with pytest.raises(FunctionError, match=r"^invalid argument to Intn$"):
        random.rand_int(3, 3)


def test_negative_counts_draw_nothing() -> None:
    assert random.rand_numeric(-1) == ""
    assert random.rand_alpha(0) == ""
    with pytest.raises(FunctionError):
        random.rand_bytes(-1)


def test_bytes_are_in_base64() -> None:
    assert len(base64.b64decode(random.rand_bytes(100), validate=True)) == 100


def test_shuffling_keeps_the_characters() -> None:
    text = "abcdefghij" * 10 + "\xe4\u20ac"
    shuffled = random.shuffle(text)
    assert shuffled != text
    assert sorted(shuffled) == sorted(text)
    assert random.shuffle("") == ""


def test_universal_identifiers_are_of_version_4() -> None:
    found = random.uuidv4()
    assert [len(part) for part in found.split("-")] == [8, 4, 4, 4, 12]
    assert found[14] == "4"
    assert found[19] in "89ab"
    assert found != random.uuidv4()
