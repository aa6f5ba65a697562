"""What a server takes: `uv run python -m benchmarks.load [--seconds 300] [-o json]`.

One command starts a throw-away control plane (or takes the cluster of KUBECONFIG, with `--kubeconfig`), fills
it with 1,000 releases of up to 10 revisions, starts `hivemind serve`, and then for `--seconds`:

- 200 clients read. Each keeps one connection and asks again and again, a second of thinking in between on
  average: that is what a portal does that polls once a second, ten times as often as most. What they ask
  for is mixed: a release, its status with the live objects, its history, its values, a page of the list, and
  the whole list of 1,000.
- 20 clients write, each a release of its own: install, upgrade twice, roll back, uninstall, each with
  `?wait=true` and Helm's `--wait`, thinking for a second in between as well.

Everything runs on the same machine: the control plane with its controllers, the server, its workers and the
clients. At the end the 200 clients read without thinking for a while: the most that the server gives.

A row: how many requests, how many went wrong, and milliseconds that half, 90 % and 99 % of them did not
exceed. Exit code 1 if a bar is missed.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.asking import Client, Times
from benchmarks.filling import fill, places, write_chart
from benchmarks.serving import Server, below, machine_seconds, memory, named, processor_seconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable
    from typing import Any

#: What is asked for, and how often of a hundred times.
MIX = {"release": 30, "status": 15, "history": 15, "values": 15, "page": 15, "list": 10}
#: Milliseconds that 99 % of the requests may take.
BARS = {"release": 100, "status": 100, "list": 500}
#: How much the server's own process may still grow once it is warm, in MiB.
GROWTH = 32
_DICE = random.Random(7)  # noqa: S311 - the same mix each time
_BROKEN = (OSError, EOFError, TimeoutError, ValueError)
_API = "/api/helm/releases"


def path(kind: str, namespace: str, name: str) -> str:
    """Return what a reader asks for."""
    match kind:
        case "list":
            return _API
        case "page":
            return f"{_API}?limit=50&offset={_DICE.randrange(0, 950, 50)}"
        case "release":
            return f"{_API}/{name}?namespace={namespace}"
    return f"{_API}/{name}/{kind}?namespace={namespace}"


class Load:
    """Clients of one server, and what became of their requests."""

    def __init__(self, port: int, releases: int) -> None:
        self.port = port
        self.places = places(releases)
        self.reads = {kind: Times() for kind in MIX}
        self.writes = {verb: Times() for verb in ("install", "upgrade", "rollback", "uninstall")}
        self.lag = 0.0
        self._kinds = _DICE.choices(list(MIX), list(MIX.values()), k=10_000)

    async def read(self, end: float, think: float) -> None:
        """Read until `end`, thinking for `think` seconds on average in between."""
        client = Client(self.port)
        await asyncio.sleep(_DICE.random() * think)
        while time.monotonic() < end:
            kind = _DICE.choice(self._kinds)
            await self._once(client, kind)
            if think:
                await asyncio.sleep(think * _DICE.uniform(0.5, 1.5))
        client.close()

    async def _once(self, client: Client, kind: str) -> None:
        times = self.reads[kind]
        namespace, name = _DICE.choice(self.places)
        try:
            answer = await client.ask("GET", path(kind, namespace, name))
        except _BROKEN as error:
            times.error(type(error).__name__)
            return
        times.seconds.append(answer.seconds)
        if answer.status != 200:
            times.error(f"{answer.status} {answer.body[:200]!r}")
        elif kind == "list" and int(answer.headers.get("x-total-count", "0")) < len(self.places):
            times.error("the list is not whole")

    async def write(self, number: int, chart: str, end: float, think: float) -> None:
        """Take a release through its life, again and again, until `end`; the last round is finished."""
        client = Client(self.port)
        namespace, name = f"write-{number:02}", f"busy-{number:02}"
        await asyncio.sleep(_DICE.random() * 2 * think)
        round_ = 0
        while time.monotonic() < end:
            round_ += 1
            given = {"chart": chart, "namespace": namespace, "wait": True, "create_namespace": True}
            where = f"?namespace={namespace}&wait=true&timeout=120"
            steps: list[tuple[str, str, str, dict[str, Any] | None]] = [
                ("install", "POST", f"{_API}?wait=true&timeout=120", {**given, "name": name}),
                ("upgrade", "PUT", f"{_API}/{name}{where}", {**given, "values": {"greeting": f"u{round_}"}}),
                ("upgrade", "PUT", f"{_API}/{name}{where}", {**given, "values": {"replicas": 2}}),
                ("rollback", "POST", f"{_API}/{name}/rollback{where}", {"revision": 1, "wait": True}),
                ("uninstall", "DELETE", f"{_API}/{name}{where}&gone=true", None),
            ]
            for verb, method, target, body in steps:
                await self._change(client, verb, method, target, body)
                await asyncio.sleep(think * _DICE.uniform(0.5, 1.5))
        client.close()

    async def _change(self, client: Client, verb: str, method: str, target: str, body: object) -> None:
        times = self.writes[verb]
        try:
            answer = await client.ask(method, target, body, timeout=150.0)
        except _BROKEN as error:
            times.error(type(error).__name__)
            return
        times.seconds.append(answer.seconds)
        if answer.status not in (200, 201):
            times.error(f"{answer.status} {answer.body[:300]!r}")

    async def watch_lag(self) -> None:
        """Note how late this very process is: what it measures is late by as much."""
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.05)
            self.lag = max(self.lag, time.perf_counter() - begun - 0.05)


async def sample(server: Server, found: list[dict[str, float]]) -> None:
    """Note every second what the server and its workers take."""
    begun = time.monotonic()
    while True:
        workers = below(server.pid)
        found.append(
            {
                "second": round(time.monotonic() - begun, 1),
                "server": round(memory([server.pid]), 1),
                "workers": round(memory(workers), 1),
                "processes": len(workers),
            }
        )
        await asyncio.sleep(1.0)


async def measure(
    server: Server, chart: str, options: Namespace, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Return all figures."""
    load = Load(server.port, options.releases)
    client = Client(server.port)
    first = await client.ask("GET", _API, timeout=300.0)
    if first.status != 200 or int(first.headers["x-total-count"]) < options.releases:
        raise RuntimeError(f"the list is {first.status} {first.body[:300]!r}")
    warm = [(await client.ask("GET", _API)).seconds for _ in range(20)]
    result: dict[str, Any] = {
        "list": {
            "releases": int(first.headers["x-total-count"]),
            "bytes": len(first.body),
            "first": round(first.seconds * 1000, 1),
            "warm": round(sorted(warm)[len(warm) // 2] * 1000, 1),
        }
    }
    tell(f"list: {result['list']}")
    if options.seconds:
        samples: list[dict[str, float]] = []
        watching = [asyncio.create_task(load.watch_lag()), asyncio.create_task(sample(server, samples))]
        before = _used(server, options)
        begun = time.monotonic()
        end = begun + options.seconds
        clients = [load.read(end, options.think) for _ in range(options.readers)]
        clients += [load.write(n, chart, end, options.write_think) for n in range(options.writers)]
        telling = asyncio.create_task(_tell(load, begun, tell))
        await asyncio.gather(*clients)
        for task in (*watching, telling):
            task.cancel()
        took = time.monotonic() - begun
        result["seconds"] = round(took, 1)
        result["reads"] = {kind: times.row() for kind, times in load.reads.items()}
        result["writes"] = {verb: times.row() for verb, times in load.writes.items()}
        result["errors"] = _errors(load)
        result["reads per second"] = round(sum(row["requests"] for row in result["reads"].values()) / took, 1)
        result["client lag"] = round(load.lag * 1000, 1)
        after = _used(server, options)
        result["processors"] = {name: round((after[name] - before.get(name, 0)) / took, 2) for name in after}
        result["memory"] = _memory(samples)
        result["memory over time"] = samples[::10]
    if options.maximum:
        tell("reading without thinking…")
        most = Load(server.port, options.releases)
        begun = time.monotonic()
        end = begun + options.maximum
        await asyncio.gather(*(most.read(end, 0.0) for _ in range(options.readers)))
        took = time.monotonic() - begun
        result["most"] = {kind: times.row() for kind, times in most.reads.items()}
        result["most per second"] = round(sum(row["requests"] for row in result["most"].values()) / took, 1)
        for what, count in _errors(most).items():
            result.setdefault("errors", {})[f"without thinking: {what}"] = count
    return result


def _used(server: Server, options: Namespace) -> dict[str, float]:
    """Return the processor time of everything that takes part, in seconds."""
    found = {
        "server": processor_seconds([server.pid], waited=False),
        "clients": processor_seconds([os.getpid()]),
    }
    found["workers"] = processor_seconds([server.pid]) - found["server"]
    if options.cluster:
        found |= {name: processor_seconds([pid]) for name, pid in named(options.cluster).items()}
    found["all"] = machine_seconds()
    return found


async def _tell(load: Load, begun: float, tell: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(15)
        reads = sum(len(times.seconds) for times in load.reads.values())
        writes = sum(len(times.seconds) for times in load.writes.values())
        wrong = sum(_errors(load).values())
        p99 = f"{load.reads['status'].at(0.99):.0f} ms"
        second = time.monotonic() - begun
        tell(f"{second:.0f} s: {reads} reads, {writes} writes, {wrong} errors, status p99 {p99}")


def _errors(load: Load) -> dict[str, int]:
    return {
        f"{kind}: {what}": count
        for kind, times in (*load.reads.items(), *load.writes.items())
        for what, count in times.errors.items()
    }


def _memory(samples: list[dict[str, float]]) -> dict[str, float]:
    warm = samples[len(samples) // 3 :]
    return {
        "server at first": samples[0]["server"],
        "server warm": warm[0]["server"],
        "server most": max(one["server"] for one in samples),
        "server at last": samples[-1]["server"],
        "workers most": max(one["workers"] for one in samples),
        "processes most": max(one["processes"] for one in samples),
    }


def missed(result: dict[str, Any]) -> list[str]:
    """Return the bars that are missed."""
    found = [f"{count} times {what}" for what, count in result.get("errors", {}).items()]
    if result["list"]["warm"] > BARS["list"]:
        found.append(f"the list takes {result['list']['warm']} ms")
    for kind, most in BARS.items():
        if (row := result.get("reads", {}).get(kind)) and row["p99"] > most:
            found.append(f"99 % of {kind}: {row['p99']} ms, more than {most}")
    if kept := result.get("memory"):
        grown = kept["server at last"] - kept["server warm"]
        if grown > GROWTH:
            found.append(f"the server grew by {grown:.0f} MiB once it was warm")
    return found


def table(result: dict[str, Any]) -> str:
    """Return the figures for people."""
    lines = [f"list of {result['list']['releases']}: {result['list']}"]
    columns = ("requests", "errors", "p50", "p90", "p99", "max")
    for title in ("reads", "writes", "most"):
        if title not in result:
            continue
        lines += ["", f"{title + ' (ms)':14}" + "".join(f"{column:>10}" for column in columns)]
        for kind, row in result[title].items():
            lines.append(f"{kind:14}" + "".join(f"{row[column]:>10}" for column in columns))
    lines.append("")
    for name in ("seconds", "reads per second", "most per second", "client lag", "processors", "memory"):
        if name in result:
            lines.append(f"{name}: {result[name]}")
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and return 1 if a bar is missed."""
    import argparse

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--think", type=float, default=1.0, help="seconds between a reader's requests")
    parser.add_argument("--write-think", type=float, default=1.0, help="seconds between a writer's requests")
    parser.add_argument("--maximum", type=float, default=10.0, help="seconds of reading without thinking")
    parser.add_argument("--releases", type=int, default=1000)
    parser.add_argument("--revisions", type=int, default=10)
    parser.add_argument("--kubeconfig", default="", help="a cluster that is there")
    parser.add_argument("-o", "--output", choices=("table", "json"), default="table")
    options, arguments = parser.parse_known_args()

    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="hivehelm-load-") as directory:
        result = _prepared(Path(directory), options, arguments, tell)
    print(json.dumps(result, indent=2) if options.output == "json" else table(result))
    for text in (misses := missed(result)):
        tell(f"missed: {text}")
    return 1 if misses else 0


def _prepared(
    place: Path, options: Namespace, arguments: list[str], tell: Callable[[str], None]
) -> dict[str, Any]:
    """Prepare the cluster and the server, and measure."""
    from hivehelm.cluster import processes
    from hivehelm.cluster.cluster import Cluster
    from hivehelm.kube.client import Client as KubeClient
    from hivehelm.kube.kubeconfig import Config

    cluster = None
    kubeconfig = options.kubeconfig
    # An embedded cluster's processes all name its directory.
    options.cluster = (
        str(Path(kubeconfig).parent.parent) if kubeconfig.endswith("/kubeconfig/admin.yaml") else ""
    )
    if not kubeconfig:
        tell("starting a control plane…")
        cluster = Cluster(f"load-{os.getpid()}", owner=processes.this())
        cluster.up()
        kubeconfig, options.cluster = str(cluster.kubeconfig()), str(cluster.directory)
    try:
        begun = time.monotonic()
        records = fill(KubeClient(Config.load(kubeconfig)), options.releases, options.revisions)
        tell(f"{options.releases} releases, {records} records, in {time.monotonic() - begun:.0f} s")
        home = place / "home"
        chart = write_chart(str(home / "charts"))
        rate = [] if "--rate" in arguments else ["--rate", "0"]
        server = Server(kubeconfig, home, arguments=["--no-auth", *rate, *arguments])
        took = server.start()
        tell(f"ready after {took:.1f} s")
        try:
            result = _run(measure(server, chart, options, tell))
        finally:
            server.stop()
            if log := os.environ.get("HIVEHELM_LOAD_LOG"):
                Path(log).write_bytes(server.log.read_bytes())
        return {"ready after": round(took, 1), "records": records, **result}
    finally:
        if cluster is not None:
            cluster.reset()


def _run(measuring: Any) -> dict[str, Any]:
    try:
        import uvloop
    except ImportError:
        found: dict[str, Any] = asyncio.run(measuring)
    else:
        found = uvloop.run(measuring)
    return found


if __name__ == "__main__":
    sys.exit(main())
