"""`--dry-run` and its old spellings."""

from __future__ import annotations

import io

import pytest

from hivehelm.cli.hivehelm.dryrun import DryRunError, dry_run_flag, strategy
from hivehelm.cli.log import Log
from hivehelm.cli.stream import Stream


@pytest.mark.parametrize(
    ("value", "template", "chosen", "said"),
    [
        ("none", False, "none", ""),
        ("client", False, "client", ""),
        ("server", True, "server", ""),
        ("unset", False, "client", "--dry-run is deprecated and should be replaced with '--dry-run=client'"),
        ("true", True, "client", "boolean '--dry-run=true' flag is deprecated"),
        (
            "0",
            False,
            "none",
            "boolean '--dry-run=0' flag is deprecated and must be replaced with '--dry-run=none'",
        ),
    ],
)
def test_strategies(value: str, template: bool, chosen: str, said: str) -> None:
    target = io.StringIO()
    assert strategy(value, Log(Stream(target)), template=template) == chosen
    assert said in target.getvalue()
    assert bool(said) == bool(target.getvalue())


@pytest.mark.parametrize(
    ("value", "template", "allowed"),
    [
        ("x", False, '"none", "server", or "client"'),
        ("x", True, '"none", "server", or "client"'),
        ("none", True, '"server" or "client"'),
        ("false", True, '"server" or "client"'),
    ],
)
def test_what_is_refused(value: str, template: bool, allowed: str) -> None:
    with pytest.raises(DryRunError) as raised:
        strategy(value, Log(Stream(io.StringIO())), template=template)
    assert str(raised.value) == f'invalid dry-run value ("{value}"). Must be {allowed}'


def test_defaults() -> None:
    assert (dry_run_flag().default, dry_run_flag(template=True).default) == ("none", "client")
