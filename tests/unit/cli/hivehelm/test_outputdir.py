"""`--output-dir`."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm.outputdir import OutputDirectory, OutputError
from hivehelm.cli.stream import Stream


def test_a_file_is_made_anew_and_then_appended_to(place: Path) -> None:
    target = io.StringIO()
    (place / "out" / "app").mkdir(parents=True)
    (place / "out" / "app" / "a.yaml").write_text("old\n")
    OutputDirectory("out", Stream(target)).add_all(
        [("app/a.yaml", "one"), ("app/b.yaml", "x"), ("app/a.yaml", "two")]
    )
    assert (place / "out/app/a.yaml").read_text() == (
        "---\n# Source: app/a.yaml\none\n---\n# Source: app/a.yaml\ntwo\n"
    )
    assert target.getvalue() == "wrote out/app/a.yaml\nwrote out/app/b.yaml\nwrote out/app/a.yaml\n"


def test_hooks_append_to_what_is_there(place: Path) -> None:
    directory = OutputDirectory("out", Stream(io.StringIO()))
    directory.append_all([("app/a.yaml", "one"), ("app/a.yaml", "two")])
    assert (place / "out/app/a.yaml").read_text().count("# Source") == 2


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", ".."])
def test_nothing_is_written_outside(place: Path, name: str) -> None:
    with pytest.raises(OutputError, match="not below the output directory"):
        OutputDirectory("out", Stream(io.StringIO())).add_all([(name, "x")])


def test_what_the_system_refuses_is_said(place: Path) -> None:
    (place / "out").write_text("a file")
    with pytest.raises(OutputError, match=r"^stat out/app: not a directory$"):
        OutputDirectory("out", Stream(io.StringIO())).add_all([("app/a", "x")])
    (place / "loop").symlink_to("nowhere")
    with pytest.raises(OutputError, match=r"^mkdir loop: file exists$"):
        OutputDirectory("loop", Stream(io.StringIO())).add_all([("a", "x")])
    (place / "dir" / "a").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"^open dir/a: is a directory$"):
        OutputDirectory("dir", Stream(io.StringIO())).add_all([("a", "x")])
