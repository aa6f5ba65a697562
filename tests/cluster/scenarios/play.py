"""Plays scenarios: both sides take each step at the same time, and are compared after it."""

from __future__ import annotations

import difflib
import importlib
import json
import pkgutil
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.cluster.scenarios import families
from tests.cluster.scenarios.side import Side, environment

from hivehelm.kube.client import Client
from hivehelm.kube.kubeconfig import Config

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.scenarios.model import Scenario

_SETTLING = 3.0
_LINES = 60


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
    suffix = uuid4().hex[:8]
    with ThreadPoolExecutor(2) as pool:

        def side(letter: str, tool: list[str], home: Path) -> Side:
            client = Client(Config.load(str(kubeconfig)), cache_dir=None)
            variables = environment(kubeconfig, home)
            there = place / letter
            there.mkdir()
            return Side(scenario, f"{letter}-{suffix}", there, tool, others, variables, client)

        both = list(pool.map(side, "ho", tools, homes))
        for step in scenario.steps:
            said = list(pool.map(lambda one, step=step: one.take(step), both))
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
