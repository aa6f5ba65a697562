"""A process that does tasks side by side with this one."""

from __future__ import annotations

import subprocess
import sys

import pytest

# In a process of its own: one with other threads, as that of a test may be, is not to be forked.
BEGIN = """
import os, sys
from hivehelm.sources.fork import Fork

def gone():
    try:
        os.waitpid(-1, 0)
    except ChildProcessError:
        return True
"""
SCRIPTS = {
    "all of it is done": """
fork = Fork(range(50), lambda number: (number * "x" * 9999, os.getpid()))
found = dict(fork.results())
assert {number: text for number, (text, _) in found.items()} == {n: n * "x" * 9999 for n in range(50)}
assert {process for _, process in found.values()} == {next(iter(found.values()))[1]} != {os.getpid()}
assert fork.claim() is None
fork.close()
assert fork.claim() is None and gone()
""",
    "what is claimed is not done twice": """
proceed, told = os.pipe()
fork = Fork([5, 3, 8, 2], lambda number: os.read(proceed, 1) and number)
mine = [fork.claim(), fork.claim()]
os.write(told, b"xxxx")
mine += filter(None, [fork.claim()])
assert sorted([*mine, *dict(fork.results())]) == [2, 3, 5, 8]
fork.close()
assert gone()
""",
    "one that fails ends it": """
fork = Fork(range(5), lambda number: 6 // (3 - number))
assert dict(fork.results()) == {0: 2, 1: 3, 2: 6}
assert fork.claim() == 4
fork.close()
assert gone()
""",
    "one that is killed": """
import _thread
fork = Fork(range(5), lambda number: number if number < 2 else os.read(os.pipe()[0], 1))
found = {}
for number, result in fork.results():
    found[number] = result
    if number == 1:
        fork.close()
assert found == {0: 0, 1: 1} and gone()
""",
    "one that breaks off": """
class Broken(Fork):
    def _serve(self, end, work):
        os.write(end, b"\\0\\0\\0\\1\\0\\0\\0\\5xx")

fork = Broken([1], None)
assert dict(fork.results()) == {}
fork.close()
assert gone()
""",
}


@pytest.mark.parametrize("what", SCRIPTS)
def test_it(what: str) -> None:
    script = f"{BEGIN}{SCRIPTS[what]}"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
