"""Tables, colors, JSON and YAML."""

from __future__ import annotations

import io

import pytest

from hivehelm.cli.output import Colors, Members, encode, encode_list, output_flag, table, width
from hivehelm.cli.stream import Stream
from hivehelm.settings import Settings


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_columns_are_padded_and_separated_by_tabs() -> None:
    assert table([["NAME", "N"], ["a", 12], ["longer", ""]]) == "NAME  \tN \na     \t12\nlonger\t  \n"


def test_no_rows_are_an_empty_line() -> None:
    assert table([]) == "\n"
    assert table([[]]) == "\n"


def test_a_column_without_contents_stays_empty() -> None:
    assert table([["", "x"], ["", "y"]]) == "\tx\n\ty\n"


def test_cells_of_several_lines_are_cut_as_uitable_cuts_them() -> None:
    """The whole cell is fitted to its widest line, and only then taken apart."""
    assert table([["head", "x"], ["line one\nsecond line, longer", "y"]]).splitlines() == [
        "head               \tx",
        "line one           \ty",
        "second l...        \t ",
    ]


def test_empty_cells_beside_several_lines_are_one_blank() -> None:
    assert table([["", "b\nabcdefghijk"]]) == "\tb          \n \tabcdefg... \n"


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("é", 1), ("e\u0301", 1), ("漢字", 4), ("\x1b[32mgreen\x1b[0m", 5), ("a\tb", 2)],
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


def test_json_keeps_the_order_of_members_and_sorts_maps() -> None:
    value = [Members({"b": 1, "a": {"z": 1, "y": "<"}})]
    assert encode("json", value) == '[{"b":1,"a":{"y":"\\u003c","z":1}}]\n'
    assert encode("yaml", value) == '- a:\n    "y": <\n    z: 1\n  b: 1\n'


def test_the_format_is_one_of_three() -> None:
    flag = output_flag()
    assert [flag.setter("", False, text) for text in ("table", "json", "yaml")] == ["table", "json", "yaml"]
    with pytest.raises(ValueError, match=r"^invalid format type$"):
        flag.setter("", False, "xml")


@pytest.mark.parametrize(
    ("mode", "environ", "terminal", "colored"),
    [
        ("always", {}, False, True),
        ("always", {"NO_COLOR": "1"}, True, False),
        ("never", {}, True, False),
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
    ],
)
def test_when_there_is_color(mode: str, environ: dict[str, str], terminal: bool, colored: bool) -> None:
    settings = Settings(environ=environ, color=mode)
    colors = Colors(settings, Stream(Terminal() if terminal else io.StringIO()))
    assert (colors.namespace("n") == "\x1b[36mn\x1b[0m") is colored
    assert (colors.namespace("n") == "n") is not colored


def test_colors() -> None:
    colors = Colors(Settings(environ={}, color="always"), Stream(io.StringIO()))
    assert colors.status("deployed") == "\x1b[32mdeployed\x1b[0m"
    assert colors.status("failed") == "\x1b[31mfailed\x1b[0m"
    assert colors.status("pending-upgrade") == "\x1b[33mpending-upgrade\x1b[0m"
    assert colors.status("superseded") == "superseded"
    assert colors.header("NAME") == "\x1b[1mNAME\x1b[22m"


def test_a_limit_for_columns() -> None:
    rows = [("NAME", "VERSION"), ("a", "1.2.3.4.5.6")]
    assert table(rows, 8) == "NAME\tVERSION \na   \t1.2.3...\n"
    assert table(rows, 5) == "NAME\tVE...\na   \t1....\n"
    assert table(rows, 0) == table(rows)


@pytest.mark.parametrize("count", [0, 1, 256, 257, 1000])
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_long_lists_come_in_pieces(form: str, count: int) -> None:
    values = [Members({"b": str(number), "a": "<x>"}) for number in range(count)]
    pieces = list(encode_list(form, values))
    assert "".join(pieces) == encode(form, values)
    assert max(map(len, pieces)) < 16_000
