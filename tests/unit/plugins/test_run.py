from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tests.unit.plugins.conftest import MakePlugin

from hivehelm.plugins import process
from hivehelm.plugins.errors import (
    PluginExitError,
    PluginHookError,
    PluginRunError,
    PostRenderError,
    UnsupportedRuntimeError,
)
from hivehelm.plugins.getteroptions import GetterOptions
from hivehelm.plugins.load import load_dir
from hivehelm.plugins.run import complete, fetch, post_render, run_command, run_hook

SELF = "$HELM_PLUGIN_DIR/run"
V1 = (
    "apiVersion: v1\nname: p\nversion: 0.1.0\ntype: {}\nruntime: subprocess\n"
    "runtimeConfig:\n  platformCommand:\n"
)


def text_of(chunks: list[bytes]) -> str:
    return b"".join(chunks).decode()


def test_a_command(plugin: MakePlugin) -> None:
    made = plugin(
        f"name: p\ncommand: {SELF} fixed $MINE\n", run='echo "$@"; echo "$MINE $HELM_PLUGIN_NAME" >&2'
    )
    out: list[bytes] = []
    err: list[bytes] = []
    said: list[Any] = []
    run_command(
        made,
        ["a b", "$MINE"],
        {"MINE": "x"},
        out=out.append,
        err=err.append,
        log=lambda *words, **more: said.append((*words, more)),
    )
    assert (text_of(out), text_of(err)) == ("fixed x a b $MINE\n", "x p\n")
    shown = f"{made.directory}/run fixed x a b $MINE"
    assert said == [("DEBUG", "executing plugin command", {"pluginName": "p", "command": shown})]


def test_a_command_prints_where_this_process_does(
    plugin: MakePlugin, capfd: pytest.CaptureFixture[str]
) -> None:
    run_command(plugin(f"name: p\ncommand: {SELF}\n", run="echo out; echo err >&2"), [], {})
    assert capfd.readouterr() == ("out\n", "err\n")


@pytest.mark.parametrize(("body", "code"), [("exit 7", 7), ("kill -9 $$", -1)])
def test_how_a_command_ends(plugin: MakePlugin, body: str, code: int) -> None:
    said: list[Any] = []
    with pytest.raises(PluginExitError, match='plugin "p" exited with error') as caught:
        run_command(
            plugin(f"name: p\ncommand: {SELF}\n", run=body),
            [],
            {},
            log=lambda *words, **more: said.append(more.get("exitCode")),
        )
    assert caught.value.exit_code == code
    assert said == [None, code]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("nosuchprogram", 'exec: "nosuchprogram": executable file not found in $PATH'),
        ("/nosuch", "fork/exec /nosuch: no such file or directory"),
        ("$NOSUCH", 'exec: "": executable file not found in $PATH'),
        ("", "failed to prepare plugin command: no plugin command is applicable"),
    ],
)
def test_what_cannot_be_started(plugin: MakePlugin, command: str, expected: str) -> None:
    with pytest.raises(PluginRunError) as caught:
        run_command(plugin(f"name: p\ncommand: {command}\n"), [], {}, log=lambda *_, **__: None)
    assert str(caught.value) == expected


def test_programs_beside_the_working_directory(
    plugin: MakePlugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plugin("name: p\ncommand: run\n", run="true")
    monkeypatch.chdir(made.directory)
    monkeypatch.setenv("PATH", f":{os.environ['PATH']}")
    with pytest.raises(PluginRunError, match="found relative to current directory"):
        run_command(made, [], {})


def test_hooks(plugin: MakePlugin, capfd: pytest.CaptureFixture[str]) -> None:
    made = plugin('name: p\nhooks: {install: "echo $HELM_PLUGIN_NAME; cat", delete: "exit 3"}\n')
    said: list[str] = []
    run_hook(made, "install", log=lambda *words, **_: said.append(words[1]))
    assert capfd.readouterr().out == "p\n"
    assert said == ["executing plugin hook command"]
    run_hook(made, "update")
    with pytest.raises(PluginHookError) as caught:
        run_hook(made, "delete")
    assert str(caught.value) == 'plugin delete hook for "p" exited with error'


def test_hooks_with_variables(plugin: MakePlugin, capfd: pytest.CaptureFixture[str]) -> None:
    run_hook(
        plugin("name: p\nplatformHooks: {install: [{command: echo, args: [$HELM_PLUGIN_NAME]}]}\n"), "install"
    )
    assert capfd.readouterr().out == "p\n"


def test_webassembly(plugin: MakePlugin) -> None:
    text = "apiVersion: v1\nname: p\nversion: 0.1.0\ntype: cli/v1\nruntime: extism/v1\n"
    made = plugin(text.replace("extism/v1", "subprocess"))
    Path(made.directory, "plugin.yaml").write_text(text)
    Path(made.directory, "plugin.wasm").write_text("")
    made = load_dir(made.directory)
    run_hook(made, "install")
    with pytest.raises(UnsupportedRuntimeError):
        run_command(made, [], {})


GETTER = "name: p\ndownloaders: [{command: run x, protocols: [mine]}, {command: ' ', protocols: [none]}]\n"


def test_a_getter(plugin: MakePlugin) -> None:
    made = plugin(GETTER, run='echo "$*"; env | grep ^HELM_PLUGIN_[UP] | sort; echo $V')
    word = "p"
    options = GetterOptions(username="u", password=word, cert_file="c", key_file="k", pass_credentials=True)
    assert fetch(made, "mine://x", options, {"V": "v"}).decode() == (
        "x c k  mine://x\nHELM_PLUGIN_PASSWORD=p\nHELM_PLUGIN_PASS_CREDENTIALS_ALL=true\n"
        "HELM_PLUGIN_USERNAME=u\nv\n"
    )
    assert repr(options) == "GetterOptions(username='u', …)"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mine://x", 'plugin "p" exited with error'),
        ("other://x", 'no downloader found for protocol "other"'),
        ("none://x", 'failed to prepare commands for protocol "none": no plugin command is applicable'),
    ],
)
def test_a_getter_that_fails(plugin: MakePlugin, url: str, expected: str) -> None:
    with pytest.raises(PluginRunError) as caught:
        fetch(plugin(GETTER, run="exit 1"), url, GetterOptions(), {})
    assert str(caught.value) == f'plugin "p" failed to invoke: {expected}'


def renderer(plugin: MakePlugin, body: str) -> Any:
    return plugin(V1.format("postrenderer/v1") + f"  - command: {SELF}\n", run=body)


def test_a_post_renderer(plugin: MakePlugin, capfd: pytest.CaptureFixture[str]) -> None:
    made = renderer(plugin, 'echo "$@"; cat; echo hidden >&2')
    assert post_render(made, ["a", ""], "x: \udcff\n") == "a \nx: \udcff\n"
    assert capfd.readouterr() == ("", "")


def test_a_post_renderer_that_does_not_read(plugin: MakePlugin) -> None:
    assert post_render(renderer(plugin, "echo y"), [], "x\n" * 200_000) == "y\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "cat > /dev/null; exit 3",
            'failed to invoke post-renderer plugin "p": plugin "p" exited with error',
        ),
        ("cat > /dev/null; echo; echo ' '", 'post-renderer "p" produced empty output'),
    ],
)
def test_a_post_renderer_that_fails(plugin: MakePlugin, body: str, expected: str) -> None:
    with pytest.raises(PostRenderError) as caught:
        post_render(renderer(plugin, body), [], "x")
    assert str(caught.value) == expected


def test_a_post_renderer_without_a_command(plugin: MakePlugin) -> None:
    with pytest.raises(PostRenderError, match="failed to prepare plugin command: no plugin command"):
        post_render(plugin(V1.format("postrenderer/v1") + "  - os: plan9\n"), [], "x")


def test_output_is_bounded(plugin: MakePlugin) -> None:
    made = renderer(plugin, "yes")
    with pytest.raises(PluginRunError, match='plugin "p" printed more than 1000 bytes'):
        process.call("p", [f"{made.directory}/run"], os.environ, limit=1000)


def test_completion(plugin: MakePlugin) -> None:
    made = plugin("name: p\n", **{"plugin.complete": 'echo "$* $V"; echo err >&2'})
    assert complete(made, ["a"], {"V": "v"}) == "a v\nerr\n"
