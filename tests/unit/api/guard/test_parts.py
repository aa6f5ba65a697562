"""Buckets, turns, logs, gauges and slow bodies."""

from __future__ import annotations

import asyncio
import io
import json
import logging

import pytest
from starlette.types import Message

from hivehelm.api.auth.errors import TooManyRequestsError
from hivehelm.api.guard.body import Bounded, LargeBodyError, SlowBodyError
from hivehelm.api.guard.limits import Bounds, Renders
from hivehelm.api.guard.log import Log
from hivehelm.api.guard.metrics import Metrics
from hivehelm.api.guard.rates import Buckets, network
from hivehelm.kube.errors import UnreachableError


def test_a_bucket_empties_and_fills() -> None:
    buckets = Buckets(rate=2.0, burst=3.0)
    assert [buckets.take("a", 0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert buckets.take("b", 0.0) == 0.0
    assert buckets.lacks("a", 0.0) == 0.5
    assert buckets.lacks("a", 0.5) == 0.0
    assert buckets.take("a", 0.5) == 0.0
    assert buckets.take("a", 0.5) == 0.5
    assert [buckets.take("a", 100.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]


def test_no_rate_is_no_limit() -> None:
    buckets = Buckets(rate=0.0, burst=0.0)
    assert all(buckets.take("a", 0.0) == buckets.lacks("a", 0.0) == 0.0 for _ in range(100))


def test_only_so_many_callers_are_remembered() -> None:
    buckets = Buckets(rate=0.001, burst=1.0)
    for number in range(10_001):
        buckets.take(str(number), 0.0)
    assert buckets.take("10000", 0.0) > 0
    assert buckets.take("0", 0.0) == 0.0


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("no:address", "no:address"),
    ],
)
def test_networks(address: str, whole: str) -> None:
    assert network(address) == whole


def test_so_many_render_and_so_many_wait() -> None:
    async def go() -> list[str]:
        renders = Renders(Bounds(renders=2, waiting=1, render_seconds=60.0))
        done = asyncio.Event()
        found: list[str] = []

        async def render(name: str) -> None:
            try:
                async with renders():
                    found.append(f"{name} renders")
                    await done.wait()
            except TooManyRequestsError as error:
                found.append(f"{name} {error.status}")

        tasks = [asyncio.create_task(render(name)) for name in "abcd"]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert renders.running == 2
        done.set()
        await asyncio.gather(*tasks)
        assert renders.running == 0
        return found

    assert asyncio.run(go()) == ["a renders", "b renders", "d 429", "c renders"]


def test_nobody_waits_for_ever_to_render() -> None:
    async def go() -> None:
        renders = Renders(Bounds(renders=1, waiting=5, render_seconds=0.01))
        async with renders():
            with pytest.raises(TooManyRequestsError):
                async with renders():
                    pass
        async with renders():
            pass

    asyncio.run(go())


def test_slow_bodies_end() -> None:
    async def go() -> None:
        never = asyncio.Event()
        pieces = [b"abc"]

        async def receive() -> Message:
            if not pieces:
                await never.wait()
            return {"type": "http.request", "body": pieces.pop(), "more_body": True}

        bounded = Bounded(receive, 10, 0.02)
        await bounded()
        with pytest.raises(SlowBodyError) as raised:
            await bounded()
        assert raised.value.status_code == 408

    asyncio.run(go())


def test_after_the_body_one_may_wait_for_ever() -> None:
    async def go() -> None:
        messages: list[Message] = [{"type": "http.disconnect"}, {"type": "http.request", "body": b"abc"}]

        async def receive() -> Message:
            if len(messages) == 1:
                await asyncio.sleep(0.03)
            return messages.pop()

        bounded = Bounded(receive, 3, 0.01)
        assert (await bounded())["body"] == b"abc"
        assert (await bounded())["type"] == "http.disconnect"

        async def more() -> Message:
            return {"type": "http.request", "body": b"abcd"}

        with pytest.raises(LargeBodyError):
            await Bounded(more, 3, 1.0)()

    asyncio.run(go())


def test_lines_are_json() -> None:
    said = io.StringIO()
    log = Log(said)
    log.write("debug", "left out")
    log.write("info", "two\nlines", nothing=None, name='"quoted"', number=1)
    (line,) = said.getvalue().splitlines()
    found = json.loads(line)
    assert found.pop("time").endswith("Z")
    assert found == {"level": "info", "msg": "two\nlines", "name": '"quoted"', "number": 1}


def test_a_log_that_nobody_reads_is_no_failure() -> None:
    said = io.StringIO()
    said.close()
    Log(said).write("error", "x")


def test_what_libraries_log_comes_along() -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    said = io.StringIO()
    try:
        Log(said).adopt()
        logging.getLogger("a.library").info("left out")
        logging.getLogger("a.library").warning("mind %s", "this")
        try:
            raise ValueError("hunter2")
        except ValueError:
            logging.getLogger("a.library").exception("hunter2")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    first, second = [json.loads(line) for line in said.getvalue().splitlines()]
    assert (first["level"], first["msg"], first["logger"]) == ("warning", "mind this", "a.library")
    assert (second["error"], second["logger"]) == ("ValueError", "a.library")
    assert "hunter2" not in said.getvalue()


def test_gauges_are_read_when_they_are_asked_for() -> None:
    metrics = Metrics()
    numbers = {"queued": 1.0}
    metrics.gauge("work", "Work.", lambda: numbers, "state")

    def away() -> dict[str, float]:
        raise UnreachableError("nobody is there")

    metrics.gauge("gone", "Gone.", away)
    assert 'work{state="queued"} 1.0' in metrics.text().decode()
    numbers["queued"] = 7.0
    text = metrics.text().decode()
    assert 'work{state="queued"} 7.0' in text
    assert "\ngone" not in text
    assert "python_info" in text
