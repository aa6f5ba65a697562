"""Plays scenarios: both sides take each step at the same time, and are compared after it.

What a step that only reads shows of a live cluster changes by itself: it is taken until both show the same.
How far the cluster has come when a time limit is over is not the tool's doing either: where there is one, a
scenario in which something differs is played once more, with limits that are many times as long.
"""

from __future__ import annotations

import difflib
import importlib
import json
import pkgutil
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.cluster.scenarios import families
from tests.cluster.scenarios.side import Side, environment

from hivehelm.kube.client import Client
from hivehelm.kube.kubeconfig import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from tests.cluster.scenarios.model import Scenario

    Step: TypeAlias = str | Callable[[Side], None]

_SETTLING = 60.0
_LINES = 60
_LIMIT = re.compile(r"(?<=--timeout )[1-9]\d*(?=s\b)")
_LONGER = 6
# No step that has these changes anything, nor waits for anything.
_READS = re.compile(r"(list|status|history|get|template)\b")


def all_scenarios() -> dict[str, Scenario]:
    """Return every scenario of every family by `family: name`."""
    found: dict[str, Scenario] = {}
    for module in pkgutil.iter_modules(families.__path__):
        family = importlib.import_module(f"{families.__name__}.{module.name}")
        found |= {f"{module.name}: {name}": one for name, one in family.SCENARIOS.items()}
    return found


def play(
    scenario: Scenario,
    kubeconfig: Path,
    place: Path,
    tools: tuple[list[str], list[str]],
    others: dict[str, list[str]],
    homes: tuple[Path, Path],
    heard: list[dict[str, Any]] | None = None,
) -> str:
    """Take every step on both sides; return what differs after the first that does not agree, or "".

    Args:
        scenario: what is played.
        kubeconfig: of somebody who may do everything.
        place: an empty directory.
        tools: the commands that are compared, the real one first.
        others: commands by the word with which a step asks for them.
        homes: a home directory for each tool.
        heard: gets what the first tool said at each step.
    """

    def played(acted: Scenario) -> str:
        suffix = uuid4().hex[:8]

        def side(letter: str, tool: list[str], home: Path) -> Side:
            client = Client(Config.load(str(kubeconfig)), cache_dir=None)
            variables = environment(kubeconfig, home)
            there = place / f"{letter}-{suffix}"
            there.mkdir()
            return Side(acted, f"{letter}-{suffix}", there, tool, others, variables, client)

        with ThreadPoolExecutor(2) as pool:
            return _compared(acted.steps, list(pool.map(side, "ho", tools, homes)), pool, heard)

    steps = scenario.steps
    longer = tuple(step if callable(step) else _LIMIT.sub(_stretched, step) for step in steps)
    found = played(scenario)
    if found and longer != steps:
        if heard is not None:
            heard.clear()
        return played(scenario.replace(steps=longer))
    return found


def _stretched(limit: re.Match[str]) -> str:
    return str(_LONGER * int(limit[0]))


def _compared(
    steps: Sequence[Step], both: list[Side], pool: ThreadPoolExecutor, heard: list[dict[str, Any]] | None
) -> str:
    def take(step: Step) -> list[dict[str, Any]]:
        return list(pool.map(lambda one: one.take(step), both))

    for step in steps:
        deadline = time.monotonic() + _SETTLING
        said = take(step)
        while said[0] != said[1] and _reads(step) and time.monotonic() < deadline:
            time.sleep(0.2)
            said = take(step)
        if heard is not None:
            heard.append(said[0])
        if said[0] != said[1]:
            return _told(step, said[0], said[1])
        deadline = time.monotonic() + _SETTLING
        while True:
            seen = list(pool.map(Side.state, both))
            if seen[0] == seen[1]:
                break
            if time.monotonic() > deadline:
                return _told(step, {**said[0], **seen[0]}, {**said[1], **seen[1]})
            time.sleep(0.2)
    return ""


def _reads(step: Step) -> bool:
    return isinstance(step, str) and bool(_READS.match(step))


def _told(step: object, wanted: dict[str, Any], got: dict[str, Any]) -> str:
    """Return the differences between what two sides came to, as far as somebody wants to read."""
    name = step if isinstance(step, str) else getattr(step, "__qualname__", repr(step))
    lines = list(difflib.unified_diff(_lines(wanted), _lines(got), "wanted", "got", lineterm="", n=2))
    return "\n".join([f"after `{name}`:", *lines[:_LINES]])


def _lines(value: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for part, found in value.items():
        if isinstance(found, dict):
            for name, one in found.items():
                lines += [f"{part}: {name}", *_flat(one)]
        else:
            lines += [f"{part}:", *str(found).split("\n")]
    return lines


def _flat(value: object) -> list[str]:
    # A record's members are pairs: one on a line is enough.
    text = json.dumps(value, indent=1)
    return [line for line in text.split("\n") if line.strip(" ,[]{}")]
