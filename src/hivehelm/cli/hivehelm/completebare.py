"""`__completeNoDesc`: what shells ask that show no descriptions."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.hivehelm.complete import BARE, LONG, run

command = Command(f"{BARE} [command-line]", long=LONG, hidden=True, raw_flags=True, run=run)
