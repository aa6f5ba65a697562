"""Maps of two types that are one."""

from __future__ import annotations

import gc
from typing import Any

from hivehelm.golang import views
from hivehelm.golang.kinds import type_name
from hivehelm.golang.views import View, put, remove


class Named(View):
    __slots__ = ()
    GO_TYPE = "x.Named"


def test_what_is_put_into_one_is_in_the_other() -> None:
    plain: dict[str, Any] = {"a": 1}
    view = Named.of(plain)
    put(plain, "b", 2)
    put(view, "c", 3)
    remove(view, "a")
    assert (plain, dict(view)) == ({"b": 2, "c": 3}, {"b": 2, "c": 3})
    remove(plain, "b")
    assert (plain, dict(view)) == ({"c": 3}, {"c": 3})
    assert (type_name(plain), type_name(view)) == ("map[string]interface {}", "x.Named")


def test_a_map_has_one_view_and_a_view_one_map() -> None:
    plain: dict[str, Any] = {}
    view = Named.of(plain)
    assert Named.of(plain) is view
    assert Named.of(view) is view
    assert view.plain() is plain
    made = Named(a=1)
    assert made.plain() is made.plain()
    put(made.plain(), "b", 2)
    assert made == {"a": 1, "b": 2}


def test_views_are_forgotten_when_nobody_has_them() -> None:
    plain: dict[str, Any] = {}
    view = Named.of(plain)
    before = len(views._VIEWS)
    plain["self"] = view
    del view, plain
    gc.collect()
    assert len(views._VIEWS) < before


def test_a_map_without_a_view() -> None:
    plain: dict[str, Any] = {}
    put(plain, "a", 1)
    assert plain == {"a": 1}
