from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hivehelm.fastpaths import FAST
from hivehelm.gotemplate import cache as cache_module
from hivehelm.gotemplate import store
from hivehelm.gotemplate.cache import TemplateCache
from hivehelm.gotemplate.errors import ExecError, ParseError
from hivehelm.gotemplate.functions.signature import go
from hivehelm.gotemplate.template import TemplateSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

TEXT = '{{ define "greet" }}hello {{ .name }}{{ end }}{{ template "greet" . }}, {{ len .name }}'


def render(cache: TemplateCache, text: str = TEXT) -> str:
    templates = TemplateSet({}, cache=cache)
    templates.add("main", text)
    return templates.execute("main", {"name": "bee"})


def entries(directory: Path) -> list[Path]:
    return sorted(directory.iterdir())


def packs(directory: Path) -> list[Path]:
    return [entry for entry in entries(directory) if entry.name != "index"]


def test_a_second_process_finds_what_the_first_has_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "cache"
    first = TemplateCache(str(directory))
    assert render(first) == "hello bee, 3"
    first.save()
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert [stat.S_IMODE(entry.stat().st_mode) for entry in entries(directory)] == [0o600, 0o600]

    def never(*_: object) -> None:
        raise AssertionError("nothing is to be parsed or compiled")

    monkeypatch.setattr(cache_module.Parsed, "parse", never)
    monkeypatch.setattr(cache_module.Parsed, "_compile", never)
    assert render(TemplateCache(str(directory))) == "hello bee, 3"


def test_a_warm_start_imports_no_compiler(tmp_path: Path) -> None:
    cache = TemplateCache(str(tmp_path))
    render(cache)
    cache.save()
    script = (
        "import sys\n"
        "from hivehelm.gotemplate.cache import TemplateCache\n"
        "from hivehelm.gotemplate.template import TemplateSet\n"
        f"templates = TemplateSet({{}}, cache=TemplateCache({str(tmp_path)!r}))\n"
        f"templates.add('main', {TEXT!r})\n"
        "print(templates.execute('main', {'name': 'bee'}))\n"
        "print(sorted(name for name in sys.modules if name.startswith('hivehelm.gotemplate.')\n"
        "    and name.rsplit('.')[-1] in ('lexer', 'parser', 'compiler', 'nodes', 'emit', 'diagnose')))\n"
        "print('re' in sys.modules, 'ast' in sys.modules)\n"
    )
    found = subprocess.run(
        [sys.executable, "-S", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert found.stdout == "hello bee, 3\n[]\nFalse False\n", found.stderr


def planted(directory: Path, trap: Path) -> Path:
    """Put code of our own into the entry of `TEXT`, with the right sums, and return its pack."""
    import marshal

    cache = TemplateCache(str(directory))
    render(cache)
    (parsed,) = cache._memory.values()
    made = compile(f"def t(d0, write, F, run):\n    write({str(trap)!r})", "<template>", "exec")
    code = next(const for const in made.co_consts if hasattr(const, "co_code"))
    index = [name for name, _ in parsed.defines].index(None)
    parsed.codes = {index: marshal.dumps((code,))}
    cache.save()
    (pack,) = packs(directory)
    return pack


def _in_an_open_directory(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry.parent.chmod(0o777)


def _in_an_open_index(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry.with_name("index").chmod(0o666)


def _writable(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry.chmod(0o666)


def _writable_by_the_group(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry.chmod(0o660)


def _linked(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = entry.parent.parent / "elsewhere"
    entry.rename(elsewhere)
    entry.symlink_to(elsewhere)


def _of_two_names(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.link(entry, entry.parent.parent / "other")


def _of_another_user(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)


def _of_another_count(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "VERSION", cache_module.VERSION + 1)


def _of_another_interpreter(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "hexversion", sys.hexversion + 0x100)


def _by_the_long_ways(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "FAST", not FAST)


def _under_another_key(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sums are those of another source: the index says that what it was made of is ours."""
    data = entry.read_bytes()
    key = bytes(byte ^ 1 for byte in data[:12])
    body = data[16:]
    entry.write_bytes(store.checksum(key + bytes(4), body) + body)


def test_what_is_planted_in_a_private_directory_runs(tmp_path: Path) -> None:
    """So that the tests below are worth something."""
    planted(tmp_path / "cache", tmp_path / "trap")
    assert render(TemplateCache(str(tmp_path / "cache"))) == str(tmp_path / "trap")


@pytest.mark.parametrize(
    "plant",
    [
        _in_an_open_directory,
        _in_an_open_index,
        _writable,
        _writable_by_the_group,
        _linked,
        _of_two_names,
        _of_another_user,
        _of_another_count,
        _of_another_interpreter,
        _by_the_long_ways,
        _under_another_key,
    ],
    ids=lambda plant: plant.__name__.strip("_"),
)
def test_what_others_could_have_planted_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Callable[[Path, pytest.MonkeyPatch], None]
) -> None:
    plant(planted(tmp_path / "cache", tmp_path / "trap"), monkeypatch)
    assert render(TemplateCache(str(tmp_path / "cache"))) == "hello bee, 3"


def test_the_flags_of_the_compiler_are_part_of_the_key(tmp_path: Path) -> None:
    for missing_key, value in (("zero", "<no value>"), ("error", ""), ("zero", "<no value>")):
        cache = TemplateCache(str(tmp_path))
        templates = TemplateSet({}, cache=cache, missing_key=missing_key)
        templates.add("main", "{{ .none }}")
        if value:
            assert templates.execute("main", {}) == value
        else:
            with pytest.raises(ExecError, match='map has no entry for key "none"'):
                templates.execute("main", {})
        cache.save()
    assert len(packs(tmp_path)) == 2


def test_others_may_delete_while_we_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that make room for one another all the time."""
    from threading import Thread

    monkeypatch.setattr(store, "MAX_FILES", 4)
    monkeypatch.setattr(store, "_LOOK", 1)
    wrong: list[object] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 24):
                cache = TemplateCache(str(tmp_path / "cache"))
                if render(cache, f"{number % 8} {{{{ .name }}}}") != f"{number % 8} bee":
                    wrong.append(number)
                cache.save()
        except Exception as error:
            wrong.append(error)

    threads = [Thread(target=work, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(entries(tmp_path / "cache")) <= 4


def test_a_directory_that_others_can_write_to_is_not_used(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    cache = TemplateCache(str(tmp_path))
    render(cache)
    cache.save()
    assert entries(tmp_path) == []


def test_a_directory_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = TemplateCache(str(tmp_path / "file" / "cache"))
    assert render(cache) == "hello bee, 3"


def test_losing_the_directory_is_no_error(tmp_path: Path) -> None:
    cache = TemplateCache(str(tmp_path / "cache"))
    render(cache)
    (tmp_path / "cache").rmdir()
    cache.save()
    assert entries(tmp_path) == []


def test_defines_compile_when_they_are_called_and_are_added_to_the_entry(tmp_path: Path) -> None:
    text = '{{ define "rare" }}{{ .x }}{{ end }}{{ if .on }}{{ template "rare" . }}{{ end }}'
    for value in (False, True):
        cache = TemplateCache(str(tmp_path))
        templates = TemplateSet({}, cache=cache)
        templates.add("main", text)
        assert templates.execute("main", {"on": value, "x": "y"}) == ("y" if value else "")
        cache.save()
    warm = TemplateCache(str(tmp_path))
    templates = TemplateSet({}, cache=warm)
    parsed = templates.add("main", text).parsed
    assert sorted(parsed.codes) == [0, 1]


def test_functions_are_checked_on_every_parse(tmp_path: Path) -> None:
    cache = TemplateCache(str(tmp_path))
    known = TemplateSet({"shout": go("string")(lambda text: text.upper())}, cache=cache)
    known.add("main", '{{ shout "a" }}')
    unknown = TemplateSet({}, cache=cache)
    with pytest.raises(ParseError, match=r'^template: other:1: function "shout" not defined$'):
        unknown.add("other", '{{ shout "a" }}')


def test_own_functions_replace_the_inlined_ones() -> None:
    cache = TemplateCache()
    text = "{{ not 0 }} {{ and 1 2 }} {{ or 0 2 }} {{ break }}"
    own: dict[str, Callable[..., Any]] = {
        "not": go("any")(lambda _: "N"),
        "and": go("...any")(lambda *_: "A"),
        "or": go("...any")(lambda *_: "O"),
        "break": go("")(lambda: "B"),
    }
    templates = TemplateSet(own, cache=cache)
    templates.add("main", text)
    assert templates.execute("main", {}) == "N A O B"
    with pytest.raises(ParseError, match=r"\{\{break\}\} outside \{\{range\}\}"):
        TemplateSet({}, cache=cache).add("main", text)


def test_the_name_is_not_part_of_the_entry() -> None:
    """One source under the name of its own define and under another."""
    cache = TemplateCache()
    text = '{{ define "x" }}inner{{ end }}outer'
    with pytest.raises(ParseError, match='multiple definition of template "x"'):
        TemplateSet({}, cache=cache).add("x", text)
    templates = TemplateSet({}, cache=cache)
    templates.add("y", text)
    assert (templates.execute("x", None), templates.execute("y", None)) == ("inner", "outer")
    with pytest.raises(ParseError, match='multiple definition of template "x"'):
        TemplateSet({}, cache=cache).add("x", text)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "MEMORY", 8)
    cache = TemplateCache()
    for number in range(100):
        assert render(cache, f"{number}{{{{ .name }}}}") == f"{number}bee"
    assert len(cache._memory) <= 8
