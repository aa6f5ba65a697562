"""Flags that several commands share."""

from __future__ import annotations

import pytest

from hivehelm.cli.flags import FlagSet, InvalidValueError
from hivehelm.cli.hivehelm.chartflags import chart_flags, either, install_flags, value_flags, wait_flag


def parsed(*arguments: str) -> FlagSet:
    flags = FlagSet(install_flags())
    flags.parse(arguments)
    return flags


def test_waiting() -> None:
    assert parsed().string("wait") == "hookOnly"
    assert parsed("--wait", "x").string("wait") == "watcher"
    assert parsed("--wait=legacy").string("wait") == "legacy"
    flags = FlagSet([wait_flag()])
    flags.parse(["--wait=true", "--wait=false"])
    assert flags.string("wait") == "hookOnly"
    assert flags.remarks == [
        "--wait=true is deprecated (boolean value) and can be replaced with --wait=watcher",
        "--wait=false is deprecated (boolean value) and can be replaced with --wait=hookOnly",
    ]
    with pytest.raises(InvalidValueError) as raised:
        parsed("--wait=x")
    assert raised.value.cause == 'invalid wait input "x". Valid inputs are watcher, hookOnly, and legacy'


def test_booleans_of_two_names() -> None:
    names = ("rollback-on-failure", "atomic")
    assert not either(parsed(), names)
    assert either(parsed("--atomic"), names)
    assert not either(parsed("--rollback-on-failure", "--atomic=false"), names)
    assert either(parsed("--atomic=false", "--rollback-on-failure"), names)


def test_every_flag_is_explained_or_not_there() -> None:
    for flag in (*install_flags(), *install_flags(template=True), *chart_flags(), *value_flags()):
        assert flag.help or flag.deprecated, flag.name


def test_for_template_notes_are_there_for_nothing() -> None:
    names = {flag.name for flag in install_flags(template=True) if flag.hidden and flag.deprecated}
    assert names == {"force", "atomic", "hide-notes", "render-subchart-notes"}
