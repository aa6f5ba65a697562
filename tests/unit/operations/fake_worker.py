"""A worker that does what the name of its release says, for tests of the runner."""

from __future__ import annotations

import os
import subprocess
import time

from hivehelm.errors import HivehelmError
from hivehelm.operations.worker import Job, Line, serve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class GivenUpError(HivehelmError):
    pass


def perform(job: Job, line: Line) -> dict[str, Any]:
    options = job.request.options
    line.event({"stage": "began", "subject": f"attempt {job.attempt}"})
    if path := options.get("log"):
        with open(path, "a") as file:
            file.write(f"{job.request.name} {options.get('n')} begin\n")
    if options.get("note"):
        line.note({"revision": options["note"], "hooks": [{"name": f"h{job.attempt}"}]})
    if job.attempt <= options.get("die", 0):
        os.kill(os.getpid(), 9)
    if options.get("child"):
        child = subprocess.Popen(["/bin/sleep", "600"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        line.event({"stage": "child", "subject": str(child.pid)})
    if options.get("fail"):
        raise HivehelmError(options["fail"])
    if options.get("crash"):
        raise ZeroDivisionError("secret")
    end = time.monotonic() + options.get("sleep", 0.0)
    while time.monotonic() < end:
        if line.cancelled.is_set() and not options.get("deaf", 0) >= job.attempt:
            raise GivenUpError("context canceled")
        if (path := options.get("until")) and os.path.exists(path):
            break
        time.sleep(0.01)
    if path := options.get("log"):
        with open(path, "a") as file:
            file.write(f"{job.request.name} {options.get('n')} end\n")
    return {"name": job.request.name, "attempt": job.attempt, "trace": job.trace, "pid": os.getpid()}


if __name__ == "__main__":
    serve(lambda: None, perform)
