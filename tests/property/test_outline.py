"""Heads of documents that are recognised by their lines, against reading them whole."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.manifest.test_outline import LESS_ORDINARY, PLAIN

from hivehelm.manifest.documents import Head, HeadError, _head
from hivehelm.manifest.outline import ordinary, outline

SEEDS = st.integers(0, 2**64 - 1)
_DAMAGE = (
    *(
        "- ",
        "-  ",
        "  ",
        " ",
        "\t",
        ": ",
        ":",
        "#",
        " # c",
        "'",
        '"',
        "''",
        '""',
        "\\",
        "\\n",
        '\\"',
        "{",
        "}",
    ),
    *("[", "]", "{}", "[]", "|", "|-", ">", "&a", "*a", "!!str ", "? ", "?", "%", "@", "`", ",", "~", "null"),
    *(
        ".inf",
        "-.inf",
        ".nan",
        "<<",
        "<<: ",
        "---",
        "...",
        "é",
        "\u2028",
        "0",
        "1e5",
        "0x1",
        "- - ",
        "-",
        ".5",
    ),
    *("  annotations: \n", "  annotations: {}\n", "  annotations: {a: b}\n", '  annotations: {"a": 1}\n'),
    *("a", "key: v", "kind: X", "metadata:", "name: y", "annotations:", "\r", "=", "true", "2001-01-01"),
    *("1_000", "-\n", "|2\n", "\\ ", "\\\n", "\\/", "\n", "\n  ", "\n\n", "  \n"),
)


def _damaged(seed: int) -> str:
    """Return some lines of an ordinary document, a few of them changed."""
    draw = random.Random(seed)  # noqa: S311 - repeatable is the point
    lines = (PLAIN if draw.random() < 0.5 else LESS_ORDINARY).split("\n")
    if draw.random() < 0.5:
        start = draw.randrange(len(lines))
        lines = lines[start : start + draw.randrange(1, 30)]
        column = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
        lines = [line[column:] for line in lines]
    for _ in range(draw.randrange(1, 4)):
        place = draw.randrange(len(lines))
        line = lines[place]
        at = draw.randrange(len(line) + 1)
        lines[place : place + 1] = draw.choice(
            (
                [],
                [line, draw.choice(lines)],
                [" " * draw.randrange(1, 3) + line],
                [line[draw.randrange(1, 3) :]],
                [line[:at] + draw.choice(_DAMAGE) + line[at:]],
                [line[:at] + draw.choice(_DAMAGE) + line[at:]],
                [line[:at]],
                [line[:at] + line[at + 1 :]],
            )
        ) or ([] if len(lines) > 1 else [""])
    return "\n".join(lines)


def _read(text: str) -> Head | None:
    try:
        return _head(text)
    except HeadError:
        return None


@given(seed=SEEDS)
def test_documents_that_are_recognised_have_the_head_that_reading_them_gives(seed: int) -> None:
    for number in range(10):
        text = _damaged(seed + number)
        if (lines := outline(text)) is not None:
            # What is wrong with a head is told of the whole document.
            found = ordinary(lines) or _read(lines)
            assert found is None or found == _read(text), text
