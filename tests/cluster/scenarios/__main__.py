"""Plays scenarios on a cluster that is there: `uv run python -m tests.cluster.scenarios [WORD…]`.

Plays those whose names hold one of the words, on the cluster of $KUBECONFIG, and prints what differs. With
`--real` both sides are the real Helm: what differs then is no fault of ours, but wants a mask; `-v` shows
what Helm said.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cluster.scenarios.play import all_scenarios, play

from hivehelm.cluster.build import binary
from hivehelm.cluster.oracles import helm3

if TYPE_CHECKING:
    from tests.cluster.scenarios.model import Scenario


def main() -> int:
    """Play what is asked for; exit with 1 where something differs."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("words", nargs="*")
    options.add_argument("--real", action="store_true", help="both sides are the real Helm")
    options.add_argument("--exact", action="store_true", help="the words are whole names")
    options.add_argument("-j", type=int, default=1, help="how many at once")
    options.add_argument("-v", action="store_true", help="show what the first side said")
    given = options.parse_args()
    wanted = {
        name: one
        for name, one in all_scenarios().items()
        if not given.words or any(word == name if given.exact else word in name for word in given.words)
    }
    helm = [str(binary("helm"))]
    ours = [sys.executable, "-m", "hivehelm.cli.hivehelm"]
    tools = (helm, helm if given.real else ours)
    others = {"helm": helm, "helm3": [str(helm3())]}
    kubeconfig = Path(os.environ["KUBECONFIG"])
    bad = []
    with tempfile.TemporaryDirectory() as top, ThreadPoolExecutor(given.j) as pool:
        homes = Path(top) / "home-h", Path(top) / "home-o"

        def one(item: tuple[int, tuple[str, Scenario]]) -> tuple[str, str, float, list[dict[str, Any]]]:
            number, (name, scenario) = item
            place = Path(top) / str(number)
            place.mkdir()
            heard: list[dict[str, Any]] = []
            started = time.monotonic()
            try:
                found = play(scenario, kubeconfig, place, tools, others, homes, heard)
            except Exception as error:
                found = f"{type(error).__name__}: {error}"
            return name, found, time.monotonic() - started, heard

        for name, found, took, heard in pool.map(one, enumerate(wanted.items())):
            print(f"{'FAIL' if found else 'ok  '} {took:5.1f} s  {name}", flush=True)
            if given.v:
                for step, said in zip(wanted[name].steps, heard, strict=False):
                    print(f"  $ {step}  -> {said.get('exit code')}")
                    print("".join(f"  | {said.get('stdout', '')}".replace("\n", "\n  | ")))
                    print("".join(f"  ! {said.get('stderr', '')}".replace("\n", "\n  ! ")))
            if found:
                bad.append(name)
                print(found, flush=True)
    print(f"{len(wanted) - len(bad)} of {len(wanted)} agree")
    return bool(bad)


if __name__ == "__main__":
    raise SystemExit(main())
