"""`python -m hivehelm.cli.hivehelm` is the `hivehelm` command."""

from hivehelm.cli.hivehelm.start import process

process()
