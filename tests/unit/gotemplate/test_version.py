"""What the compiler makes of templates goes with a number: caches outlive the compiler that filled them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from hivehelm.fastpaths import FAST
from hivehelm.gotemplate import cache, compiler
from hivehelm.gotemplate.functions.table import SPRIG
from hivehelm.gotemplate.template import TemplateSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The number, and the sum of all that the compiler of that number makes of the templates in the file. Where
# it makes something else: count `cache.VERSION` up, and put both here.
MADE = (15, "c142f06cdf7ebcc7")
TEMPLATES = Path(__file__).parents[2] / "cases" / "compiled.txt"


@pytest.mark.skipif(not FAST, reason="the long ways are other ways")
def test_the_number_is_that_of_what_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []

    def note(code: str, *arguments: Any, **options: Any) -> Any:
        made.append(code)
        return compile(code, *arguments, **options)

    monkeypatch.setattr(compiler, "compile", note, raising=False)
    texts = [line for line in TEMPLATES.read_text().splitlines() if line[0] != "#"]
    for missing_key in ("zero", "error"):
        for text in texts:
            templates = TemplateSet({**SPRIG}, cache=cache.TemplateCache(), missing_key=missing_key)
            parsed = templates.add("main", text).parsed
            made.append((parsed.defines, sorted(parsed.called), parsed.frames))
            assert parsed.trees is not None
            for index in range(len(parsed.trees)):
                parsed.function(index)
                parsed.function(~index)
    assert len(made) > 100
    found = (cache.VERSION, sha256(repr(made).encode()).hexdigest()[:16])
    assert found == MADE
