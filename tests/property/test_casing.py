"""The cases of ASCII, against going rune by rune."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hivehelm.gotemplate.functions import casing

TEXT = st.text(st.sampled_from("aAbBzZ019-_ .!$\t/+\n\x00~"), max_size=20) | st.text(
    st.characters(max_codepoint=0x7F)
)


FUNCTIONS = (casing.snakecase, casing.kebabcase, casing.title, casing.untitle, casing.swapcase)


@given(TEXT)
def test_words_are_those_of_all_runes(text: str) -> None:
    short = [function(text) for function in FUNCTIONS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(casing, "FAST", False)
        assert [function(text) for function in FUNCTIONS] == short
