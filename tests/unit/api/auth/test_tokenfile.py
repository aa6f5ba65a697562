"""Tokens in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.api.auth.errors import TokenFileError
from hivehelm.api.auth.token import Token
from hivehelm.api.auth.tokenfile import TokenFile
from hivehelm.golang.yaml import dump


def test_tokens_are_read(tmp_path: Path) -> None:
    path = tmp_path / "tokens.yaml"
    tokens = [Token.issue(name, "viewer", (), 0, 60)[0] for name in ("a", "b")]
    path.write_text(dump({"tokens": [token.to_json() for token in tokens]}))
    assert TokenFile(str(path)).list() == tokens
    path.write_text("")
    assert TokenFile(str(path)).list() == []


@pytest.mark.parametrize("text", ["[]", "tokens: 1", "tokens: [1]", "tokens: [{name: x}]", "tokens: {", "1"])
def test_what_is_no_list_of_tokens_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tokens.yaml"
    path.write_text(text)
    with pytest.raises(TokenFileError, match=r"the tokens in .*tokens\.yaml cannot be read: "):
        TokenFile(str(path)).list()


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(TokenFileError, match="No such file"):
        TokenFile(str(tmp_path / "none")).list()
    (tmp_path / "large").write_bytes(b"#" * ((4 << 20) + 1))
    with pytest.raises(TokenFileError, match="larger than"):
        TokenFile(str(tmp_path / "large")).list()
