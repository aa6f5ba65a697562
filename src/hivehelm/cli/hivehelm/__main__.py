"""`python -m hivehelm.cli.hivehelm` is the `hivehelm` command."""

import sys

from hivehelm.cli.hivehelm.entry import main

sys.exit(main())
