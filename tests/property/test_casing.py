"""Words of ASCII cut by their classes, against cutting them rune by rune."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hivehelm.gotemplate.functions import casing

TEXT = st.text(st.sampled_from("aAbBzZ019-_ .!$\t/+\n\x00~"), max_size=20) | st.text(
    st.characters(max_codepoint=0x7F)
)


@given(TEXT)
def test_words_are_those_of_all_runes(text: str) -> None:
    short = casing.snakecase(text), casing.kebabcase(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(casing, "FAST", False)
        assert (casing.snakecase(text), casing.kebabcase(text)) == short
