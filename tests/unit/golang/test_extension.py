"""Modules in C come without their packages, and are none the worse for it when those come later."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hivehelm.golang import extension


def _run(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_package_can_be_imported_afterwards() -> None:
    _run(
        "import sys\n"
        "from hivehelm.golang import regex\n"
        "for pattern in ('a+', '[a]+'):\n"
        "    assert regex.compile(pattern).find('baab') == 'aa'\n"
        "assert 're2' not in sys.modules and 'functools' not in sys.modules\n"
        "import re2\n"
        "assert re2.search('a+', 'baab').group() == 'aa'\n"
        "assert regex.compile('b$').match('baab')\n"
        "assert sys.modules['re2._re2'] is regex.alone('re2', '_re2')\n"
    )


def test_a_package_that_is_there_stays() -> None:
    _run(
        "import re2, sys\n"
        "from hivehelm.golang import regex\n"
        "assert regex.compile('a+').find('baab') == 'aa'\n"
        "assert sys.modules['re2'] is re2\n"
    )


def test_what_is_not_installed_cannot_be_imported() -> None:
    with pytest.raises(ImportError, match=r"^no_such_package is not installed$"):
        extension.alone("no_such_package", "module")
    with pytest.raises(ImportError):
        extension.alone("re2", "no_such_module")
