"""Whether what is common goes by ways of its own, which take less time and come to the same.

Each has a long way beside it, which takes everything. With `HIVEHELM_FAST_PATHS=off` in the environment all
goes by the long ways: for tests, and for whoever suspects a short one of giving something else.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

VARIABLE: Final = "HIVEHELM_FAST_PATHS"

FAST: Final = os.environ.get(VARIABLE, "").lower() not in ("off", "0", "false", "no")
"""Read once: no other way is taken in the midst of a render."""
