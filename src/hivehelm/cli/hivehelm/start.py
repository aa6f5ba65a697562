"""How the process of a command starts and ends."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def process() -> NoReturn:
    """Run this process's command line and end the process with its exit code.

    Cycles of garbage are seldom looked for: most commands are over before there are many. Charts that call
    `tpl` thousands of times would take four times the memory with the collector off.
    """
    import gc

    from hivehelm.cli.imports import install

    gc.set_threshold(10_000, 50, 1000)
    install()
    from hivehelm.cli.hivehelm.entry import main

    end(main())


def end(code: int) -> NoReturn:
    """End the process with an exit code, all that was printed written.

    The interpreter is not taken apart object by object: that takes a tenth of most commands' time.
    """
    import os

    if "atexit" in sys.modules:
        sys.modules["atexit"]._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            # Whoever read it has gone, or it was never open.
            code = code or 1
    os._exit(code)
