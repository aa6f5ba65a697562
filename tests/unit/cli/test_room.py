from __future__ import annotations

import subprocess
import sys

import pytest

linux = pytest.mark.skipif(sys.platform != "linux", reason="the main thread's stack grows on Linux alone")

DEEP = """
import sys
from hivehelm.cli.room import make_room
make_room()
from hivehelm.golang import json, yaml
value = yaml.load("[" * 10000 + "]" * 10000)
assert len(json.dumps(value)) == 20000
assert yaml.dump(value).count("- ") == 9999
assert json.dumps(json.loads(json.dumps(value))) == json.dumps(value)
def worst(count):
    return sorted([count], key=lambda _: list(map(worst, [count - 1])) and 0)[0] if count else 0
def endless(*_):
    return sorted([0], key=endless)
if sys.version_info < (3, 12):  # later ones count frames of C apart, and never let the stack run out
    worst(10000)
import _thread
done = _thread.allocate_lock(); done.acquire(); found = []
def inside():
    try:
        endless()
    except RecursionError:
        found.append(len(json.dumps(value)))
    done.release()
_thread.start_new_thread(inside, ())
done.acquire()
try:
    endless()
except RecursionError:
    print(found, sys.getrecursionlimit() >= 40000)
"""


@linux
def test_deep_input_fits_on_every_stack() -> None:
    ran = subprocess.run([sys.executable, "-c", DEEP], capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "[20000] True\n", "")


@linux
def test_a_small_hard_limit_is_kept_to() -> None:
    program = """
import resource, sys
resource.setrlimit(resource.RLIMIT_STACK, (8 << 20, 16 << 20))
from hivehelm.cli.room import make_room
make_room()
print(resource.getrlimit(resource.RLIMIT_STACK)[0] >> 20, sys.getrecursionlimit())
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "16 5461\n", "")


def test_elsewhere_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    from hivehelm.cli import room

    before = sys.getrecursionlimit()
    monkeypatch.setattr(sys, "platform", "darwin")
    room.make_room()
    assert sys.getrecursionlimit() == before
