from __future__ import annotations

import pytest

from hivehelm.gotemplate.functions import lists, random, strings, wrapping
from hivehelm.gotemplate.functions.signature import FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "call",
    [
        lambda: strings.repeat(1 << 40, "x"),
        lambda: strings.indent(1 << 40, "x"),
        lambda: strings.nindent(1 << 27, "\n\n"),
        lambda: lists.until(1 << 40),
        lambda: lists.until_step(0, -(1 << 62), -1),
        lambda: lists.seq(1 << 40),
        lambda: random.rand_alpha_num(1 << 40),
        lambda: random.rand_bytes(1 << 40),
        lambda: wrapping.wrap_with(1, "x" * (1 << 20), "y" * 1000),
    ],
)
def test_no_call_takes_the_machine(call: Callable[[], object]) -> None:
    with pytest.raises(FunctionError):
        call()
