"""Rows of records: news in any order leaves the latest, and nothing that is gone."""

from __future__ import annotations

from hivehelm.release.drivers.entry import Entry
from hivehelm.release.rows import Row, Rows
from hivehelm.release.storage import key


class Shown:
    """A face that counts as large until it is shrunk."""

    def __init__(self, text: str, size: int = 100) -> None:
        self.text = text
        self.size = size

    def shrunk(self) -> Shown:
        return Shown(self.text, 10)


def row(
    name: str, version: int, stamp: int, text: str = "", *, namespace: str = "a", broken: bool = False
) -> Row[Shown]:
    entry = Entry(key=key(name, version), namespace=namespace, name=name, version=version)
    return Row(entry, stamp, Shown(text) if text else None, broken=broken)


def newest(rows: Rows[Shown], name: str, namespace: str = "a") -> tuple[int, str]:
    found = rows.newest(namespace, name)
    if found is None:
        return 0, ""
    return found.entry.version, found.face.text if found.face else ""


def test_newest_revision_is_shown_and_older_ones_shrink() -> None:
    rows: Rows[Shown] = Rows()
    rows.put(row("x", 1, 1, "one"))
    rows.put(row("x", 2, 2, "two"))
    assert newest(rows, "x") == (2, "two")
    assert [one.entry.version for one in rows.history("a", "x")] == [1, 2]
    old = rows.row("a", "x", 1)
    assert old is not None and old.face is not None and old.face.size == 10
    assert (rows.records, rows.releases, rows.size) == (2, 1, 110)
    # An older revision that comes late is shrunk at once.
    rows.put(row("y", 5, 3, "five"))
    rows.put(row("y", 4, 4, "four"))
    assert rows.size == 220


def test_older_state_of_a_record_is_passed_over() -> None:
    rows: Rows[Shown] = Rows()
    assert rows.put(row("x", 1, 5, "new"))
    assert not rows.put(row("x", 1, 4, "old"))
    assert not rows.put(row("x", 1, 5, "same"))
    assert newest(rows, "x") == (1, "new")
    rows.forget("a", key("x", 1), 4)
    assert newest(rows, "x") == (1, "new")
    rows.forget("a", key("x", 1), 6)
    rows.forget("a", key("x", 1), 6)
    assert newest(rows, "x") == (0, "")
    assert (rows.records, rows.releases, rows.size) == (0, 0, 0)


def test_broken_revision_makes_way_for_the_one_before() -> None:
    rows: Rows[Shown] = Rows()
    rows.put(row("x", 1, 1, "one"))
    rows.put(row("x", 2, 2, broken=True))
    assert newest(rows, "x") == (1, "one")
    rows.put(row("x", 3, 3))
    third = rows.row("a", "x", 3)
    assert third is not None and third.unread
    rows.fill(third, None)
    assert newest(rows, "x") == (1, "one")
    rows.put(row("z", 1, 4, broken=True))
    assert rows.newest("a", "z") is None
    assert [one.entry.name for one in rows.all_newest()] == ["x"]


def test_filling_only_counts_for_the_state_that_was_read() -> None:
    rows: Rows[Shown] = Rows()
    rows.put(row("x", 1, 1))
    first = rows.row("a", "x", 1)
    assert first is not None
    rows.put(row("x", 1, 2, "later"))
    rows.fill(first, Shown("late"))
    assert newest(rows, "x") == (1, "later")
    rows.forget("a", key("x", 1), 3)
    rows.fill(first, Shown("late"))
    assert newest(rows, "x") == (0, "")


def test_listing_removes_what_is_gone_and_keeps_what_came_later() -> None:
    rows: Rows[Shown] = Rows()
    for one in (row("gone", 1, 1, "g"), row("kept", 1, 2, "k"), row("late", 1, 9, "l")):
        rows.put(one)
    rows.put(row("far", 1, 1, "f", namespace="b"))
    rows.reconcile([row("kept", 1, 2), row("new", 1, 4)], 5, "a")
    assert newest(rows, "gone") == (0, "")
    # What was read is not forgotten: it is the same state.
    assert newest(rows, "kept") == (1, "k")
    assert newest(rows, "late") == (1, "l")
    assert newest(rows, "new") == (1, "")
    assert newest(rows, "far", "b") == (1, "f")
    rows.reconcile([], 20, "")
    assert (rows.records, rows.releases, rows.size) == (0, 0, 0)


def test_late_news_of_what_a_look_found_gone_is_passed_over() -> None:
    rows: Rows[Shown] = Rows()
    rows.put(row("x", 1, 1, "one"))
    rows.reconcile([], 10, "a", "x")
    assert not rows.put(row("x", 1, 7, "late"))
    rows.passed(9)
    assert not rows.put(row("x", 1, 8, "late"))
    # It was made again after the look.
    assert rows.put(row("x", 1, 12, "again"))
    rows.passed(12)
    assert newest(rows, "x") == (1, "again")
    rows.reconcile([], 13, "a", "unknown")


def test_edited_notes_move_a_record() -> None:
    rows: Rows[Shown] = Rows()
    rows.put(row("x", 1, 1, "one"))
    moved = row("y", 1, 2, "one")
    moved.entry = moved.entry.replace(key=key("x", 1))
    rows.put(moved)
    assert newest(rows, "x") == (0, "")
    assert newest(rows, "y") == (1, "one")
    assert (rows.records, rows.releases) == (1, 1)


def test_marks_change_with_their_namespace() -> None:
    rows: Rows[Shown] = Rows()
    rows.put(row("x", 1, 1, "one"))
    here, there, all_of_them = rows.mark("a"), rows.mark("b"), rows.mark()
    rows.put(row("x", 1, 2, "one", namespace="b"))
    assert rows.mark("a") == here
    assert rows.mark("b") != there
    assert rows.mark() != all_of_them
    there = rows.mark("b")
    rows.forget("b", key("x", 1), 3)
    rows.put(row("x", 1, 4, "one", namespace="b"))
    assert rows.mark("b") != there
    assert {one.entry.namespace for one in rows.all_newest(["b", "b", "none"])} == {"b"}
