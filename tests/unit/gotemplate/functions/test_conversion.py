from __future__ import annotations

from tests.cases.samples import wrong

from hivehelm.gotemplate.functions.table import SPRIG, resolve


def test_samples_from_go() -> None:
    assert wrong("numbers", lambda name: resolve(SPRIG[name])) == []
