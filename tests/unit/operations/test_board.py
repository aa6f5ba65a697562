from __future__ import annotations

from typing import Any

import pytest

from hivehelm.operations.board import Board, Pace
from hivehelm.operations.model import Operation, Request

PACE = Pace(beat=1.0, lost=5.0, hesitate=0.5)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def board(clock: Clock) -> Board:
    made = Board("me", PACE, clock)
    made.reset([], {"me": "1", "you": "1"})
    return made


def operation(identifier: str, version: int, name: str = "web", **more: Any) -> Operation:
    request = Request(verb="rollback", name=name)
    return Operation(
        **{"id": identifier, "request": request, "holder": "me", "version": str(version), **more}
    )


def beats(board: Board, clock: Clock, seconds: int, *holders: str) -> None:
    for _ in range(seconds):
        clock.now += 1
        for holder in holders:
            board.beat(holder, f"at {clock.now}")


def following(board: Board, own: tuple[str, ...] = (), **tried: str) -> str | None:
    found = board.next(own, tried)
    return None if found is None else found.id


def test_operations_on_a_release_come_one_after_another(board: Board) -> None:
    board.changed(operation("late", 9))
    board.changed(operation("early", 8))
    assert following(board) == "early"
    board.changed(operation("early", 10, state="running"))
    assert following(board, ("early",)) is None
    assert not board.is_first(board.operations["late"])
    board.changed(operation("early", 11, state="succeeded"))
    assert board.is_first(board.operations["late"])
    assert following(board) == "late"


def test_releases_do_not_wait_for_each_other(board: Board) -> None:
    board.changed(operation("a", 5, state="running", holder="you"))
    board.changed(operation("b", 7, "other"))
    board.changed(operation("c", 6, "third"))
    assert following(board) == "c"
    assert following(board, c="6") == "b"


def test_who_accepted_an_operation_is_first_to_try(board: Board, clock: Clock) -> None:
    board.changed(operation("a", 5, holder="you"))
    assert following(board) is None
    clock.now += 0.4
    assert following(board) is None
    clock.now += 0.2
    assert following(board) == "a"


def test_holders_that_fall_silent_are_taken_over_from(board: Board, clock: Clock) -> None:
    board.changed(operation("a", 5, state="running", holder="you"))
    beats(board, clock, 4, "me")
    assert following(board) is None
    assert board.is_alive("you")
    beats(board, clock, 1, "me")
    assert following(board) == "a"
    assert not board.is_alive("you")
    board.beat("you", "again")
    assert following(board) is None


def test_silence_means_nothing_while_own_beats_do_not_come_in(board: Board, clock: Clock) -> None:
    board.changed(operation("a", 5, state="running", holder="you"))
    clock.now += 60
    assert following(board) is None
    # The store was away: who lives has to be given time to say so.
    beats(board, clock, 1, "me")
    assert following(board) is None
    beats(board, clock, 5, "me")
    assert following(board) == "a"


def test_doubt_gives_everybody_more_time(board: Board, clock: Clock) -> None:
    board.changed(operation("a", 5, state="running", holder="you"))
    beats(board, clock, 4, "me")
    board.doubt()
    beats(board, clock, 4, "me")
    assert following(board) is None
    beats(board, clock, 1, "me")
    assert following(board) == "a"


def test_who_signs_off_or_was_never_there_is_taken_over_from_at_once(board: Board) -> None:
    board.changed(operation("a", 5, state="running", holder="you"))
    board.changed(operation("b", 6, "other", state="running", holder="nobody"))
    assert following(board) == "b"
    board.beat("you", "")
    assert following(board) == "a"


def test_what_was_handed_over_or_slipped_away_is_taken(board: Board) -> None:
    board.changed(operation("a", 5, state="running", holder=""))
    assert following(board) == "a"
    board.changed(operation("a", 6, state="running", holder="me"))
    assert following(board) == "a"
    assert following(board, ("a",)) is None


def test_old_news_change_nothing(board: Board) -> None:
    told: list[str] = []
    board.tell = lambda one: told.append(one.state)
    board.changed(operation("a", 5, state="succeeded"))
    board.changed(operation("a", 4, state="running"))
    assert (board.operations["a"].state, told) == ("succeeded", ["succeeded"])
    board.reset([operation("a", 4, state="running"), operation("b", 6)], {"you": "1"})
    assert board.operations["a"].state == "succeeded"
    assert told == ["succeeded", "queued"]
    assert not board.is_alive("me")


def test_what_is_gone_is_forgotten(board: Board) -> None:
    board.changed(operation("a", 5))
    board.gone("a")
    board.gone("a")
    assert following(board) is None
    assert board.operations == {}


def test_the_long_silent_are_known(board: Board, clock: Clock) -> None:
    beats(board, clock, 20, "me")
    assert board.dead(10) == ["you"]
