"""What Go's text/template makes of templates, we make of them, too."""

from __future__ import annotations

import sys

import pytest

from hivehelm.gotemplate.cache import TemplateCache

from ...cases.templates import FILES, read  # noqa: TID252

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_as_go(path: Path) -> None:
    different = []
    for number, case in enumerate(read(path)):
        wanted, got = case.outcome(), case.run()
        if got != wanted:
            different.append((number, str(case), wanted, got))
    assert different == []


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.stem != "formats"], ids=lambda path: path.stem
)
def test_from_disk_as_compiled(path: Path, tmp_path: Path) -> None:
    cold = TemplateCache(str(tmp_path))
    cases = list(read(path))
    for case in cases:
        case.run(cold)
    cold.save()
    warm = TemplateCache(str(tmp_path))
    assert [case.run(warm) for case in cases] == [case.outcome() for case in cases]


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.stem != "formats"], ids=lambda path: path.stem
)
def test_without_columns_in_code(path: Path, tmp_path: Path) -> None:
    """Places survive an interpreter that keeps only lines (-X no_debug_ranges)."""
    import subprocess
    from pathlib import Path as RealPath

    script = tmp_path / "run.py"
    root = RealPath(__file__).parents[3]
    script.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(root)!r})\n"
        "from tests.cases.templates import read\n"
        "from pathlib import Path\n"
        f"bad = [str(c) for c in read(Path({str(path)!r})) if c.run() != c.outcome()]\n"
        "assert bad == [], bad\n"
    )
    found = subprocess.run(
        [sys.executable, "-X", "no_debug_ranges", str(script)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
