from __future__ import annotations

import pytest

from hivehelm.actions.errors import ActionError, ReservedLabelsError
from hivehelm.actions.revision import check_labels, server_side


@pytest.mark.parametrize(
    ("option", "method", "after"),
    [
        ("auto", "ssa", True),
        ("auto", "csa", False),
        ("auto", "", False),
        ("true", "csa", True),
        ("false", "ssa", False),
    ],
)
def test_who_merges_objects(option: str, method: str, after: bool) -> None:
    assert server_side(option, method) is after


def test_what_else_the_option_may_say_is_refused() -> None:
    with pytest.raises(ActionError) as caught:
        server_side("yes", "ssa")
    assert str(caught.value) == "invalid/unknown release server-side apply method: yes"


def test_labels_of_the_store_are_its_own() -> None:
    check_labels({"team": "a"})
    with pytest.raises(ReservedLabelsError):
        check_labels({"team": "a", "version": "1"})
