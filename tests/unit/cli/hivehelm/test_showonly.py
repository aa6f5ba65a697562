"""`--show-only`."""

from __future__ import annotations

import pytest

from hivehelm.cli.hivehelm.showonly import TemplateNotFoundError, match, select

TEXT = """---
# Source: app/templates/a.yaml
kind: A
---
# Source: app/templates/sub/b.yaml
kind: B
---
kind: Nameless
---
# Source: nowhere
kind: C
---
# Source: app/templates/a.yaml
kind: A2
"""


def test_documents_come_in_the_order_of_the_patterns() -> None:
    found = select(TEXT, ["templates/sub/b.yaml", "templates/*.yaml"])
    assert [document.split("kind: ")[1].strip() for document in found] == ["B", "A", "A2"]


def test_what_matches_nothing_is_an_error() -> None:
    with pytest.raises(
        TemplateNotFoundError, match=r"^could not find template templates/nope.yaml in chart$"
    ):
        select(TEXT, ["templates/a.yaml", "templates/nope.yaml"])


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("a/b", "a/b", True),
        ("a", "a/b", False),
        ("*", "ab", True),
        ("*", "a/b", False),
        ("*/*", "a/b", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a.c", "abc", False),
        ("[a-c]x", "bx", True),
        ("[^a-c]x", "bx", False),
        ("[^a-c]x", "dx", True),
        ("[\\]]", "]", True),
        ("[b-a]", "a", False),
        ("[a-]", "a", False),
        ("[]a]", "a", False),
        ("[", "[", False),
        ("[a", "a", False),
        ("[^", "a", False),
        ("[-a]", "a", False),
        ("a\\*", "a*", True),
        ("a\\*", "ab", False),
        ("a\\", "a\\", False),
        ("[\\", "\\", False),
        ("[a-\\z]", "q", True),
        ("[ab]", "b", True),
    ],
)
def test_patterns(pattern: str, name: str, matches: bool) -> None:
    """As Go's filepath.Match; what is not well-formed matches nothing."""
    assert match(pattern, name) is matches
