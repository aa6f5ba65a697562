"""HELM_* variables and paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.settings import (
    Settings,
    cache_path,
    config_path,
    data_path,
    hivemind_home,
    hivemind_namespace,
    index_cache_path,
    own_cache_path,
    seen_path,
    template_cache_path,
)

HOME = {"HOME": "/h"}


def test_paths_without_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert cache_path(HOME, "a") == "/h/.cache/helm/a"
    assert config_path(HOME) == "/h/.config/helm"
    assert data_path(HOME, "plugins") == "/h/.local/share/helm/plugins"


def test_paths_on_macs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert cache_path(HOME, "a") == "/h/Library/Caches/helm/a"
    assert config_path(HOME) == "/h/Library/Preferences/helm"
    assert data_path(HOME, "plugins") == "/h/Library/helm/plugins"
    assert data_path({"XDG_DATA_HOME": "/e"}) == "/e/helm"


def test_paths_with_xdg_variables() -> None:
    env = {"XDG_CACHE_HOME": "/c", "XDG_CONFIG_HOME": "/d", "XDG_DATA_HOME": "/e", **HOME}
    assert (cache_path(env), config_path(env), data_path(env)) == ("/c/helm", "/d/helm", "/e/helm")


def test_paths_with_helms_own_variables() -> None:
    env = {"HELM_CACHE_HOME": "//c/./x", "XDG_CACHE_HOME": "/no", "HELM_CONFIG_HOME": "d/../e", **HOME}
    assert (cache_path(env, "y"), config_path(env)) == ("/c/x/y", "e")


def test_without_a_home_paths_are_relative() -> None:
    assert cache_path({}) == ".cache/helm"


def test_caches_of_our_own() -> None:
    assert own_cache_path(HOME, "x") == "/h/.cache/hivehelm/x"
    assert own_cache_path({**HOME, "HIVEHELM_CACHE": ""}, "x") == "/h/.cache/hivehelm/x"
    assert own_cache_path({**HOME, "XDG_CACHE_HOME": "/c"}, "x") == "/c/hivehelm/x"
    assert own_cache_path({**HOME, "XDG_CACHE_HOME": "/c", "HIVEHELM_CACHE": "//d/./e"}, "x") == "/d/e/x"
    paths = (template_cache_path, index_cache_path, seen_path)
    assert [path({**HOME, "HIVEHELM_CACHE": "/d"}) for path in paths] == [
        "/d/templates",
        "/d/indexes",
        "/d/releases",
    ]


@pytest.mark.parametrize("off", ["off", "0", "false", "./d", "d/e"])
def test_caches_of_our_own_that_are_turned_off(off: str) -> None:
    assert own_cache_path({**HOME, "HIVEHELM_CACHE": off}, "x") == ""


def test_without_a_home_there_are_no_caches_of_our_own() -> None:
    assert own_cache_path({}, "x") == ".cache/hivehelm/x"  # which is not absolute, and so not used


def test_defaults() -> None:
    settings = Settings.from_environ(HOME)
    assert settings.plugins == "/h/.local/share/helm/plugins"
    assert settings.registry_config == "/h/.config/helm/registry/config.json"
    assert settings.repository_config == "/h/.config/helm/repositories.yaml"
    assert settings.repository_cache == "/h/.cache/helm/repository"
    assert settings.content_cache == "/h/.cache/helm/content"
    assert (settings.max_history, settings.burst_limit, settings.qps) == (10, 100, 0.0)
    assert (settings.debug, settings.color) == (False, "auto")
    assert settings.kube_as_groups == []


def test_variables() -> None:
    settings = Settings.from_environ(
        {
            "HELM_NAMESPACE": "n",
            "HELM_KUBECONTEXT": "c",
            "HELM_KUBETOKEN": "t",
            "HELM_KUBEASUSER": "u",
            "HELM_KUBEASGROUPS": " ,a,b, ",
            "HELM_KUBEAPISERVER": "s",
            "HELM_KUBECAFILE": "f",
            "HELM_KUBEINSECURE_SKIP_TLS_VERIFY": "t",
            "HELM_KUBETLS_SERVER_NAME": "x",
            "HELM_DEBUG": "1",
            "HELM_MAX_HISTORY": "-3",
            "HELM_BURST_LIMIT": "+5",
            "HELM_QPS": "2.5",
            "HELM_PLUGINS": "",
        }
    )
    overrides = settings.overrides()
    assert (overrides.namespace, overrides.context, overrides.token) == ("n", "c", "t")
    assert (overrides.as_user, overrides.as_groups, overrides.apiserver) == ("u", ["a", "b"], "s")
    assert (overrides.ca_file, overrides.tls_server_name) == ("f", "x")
    assert overrides.insecure_skip_tls_verify
    assert (settings.debug, settings.max_history, settings.burst_limit, settings.qps) == (True, -3, 5, 2.5)
    assert settings.plugins == ""


@pytest.mark.parametrize("text", ["", "x", "1.5", "1_0", "²", str(1 << 63)])
def test_what_cannot_be_read_counts_as_not_set(text: str) -> None:
    settings = Settings.from_environ({"HELM_MAX_HISTORY": text, "HELM_QPS": "1x", "HELM_DEBUG": text})
    assert (settings.max_history, settings.qps, settings.debug) == (10, 0.0, False)


@pytest.mark.parametrize(
    ("environ", "color"),
    [
        ({}, "auto"),
        ({"HELM_COLOR": "ALWAYS"}, "always"),
        ({"HELM_COLOR": "bad"}, "auto"),
        ({"HELM_COLOR": "always", "NO_COLOR": "1"}, "never"),
        ({"HELM_COLOR": "always", "NO_COLOR": ""}, "always"),
    ],
)
def test_color(environ: dict[str, str], color: str) -> None:
    assert Settings.from_environ(environ).color == color


def test_the_namespace_is_the_flags_or_the_contexts(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        "contexts: [{name: c, context: {cluster: k, namespace: theirs}}]\ncurrent-context: c\n"
        "clusters: [{name: k, cluster: {server: https://x}}]\n"
    )
    settings = Settings.from_environ({"KUBECONFIG": str(config)})
    assert settings.resolve_namespace() == "theirs"
    assert settings.replace(namespace="mine").resolve_namespace() == "mine"
    assert settings.replace(kube_context="nope").resolve_namespace() == "default"


def test_without_a_kubeconfig_the_namespace_is_default(tmp_path: Path) -> None:
    assert Settings.from_environ({"HOME": str(tmp_path)}).resolve_namespace() == "default"


def test_what_env_shows(tmp_path: Path) -> None:
    settings = Settings.from_environ({"HOME": str(tmp_path)})
    shown = settings.variables("helm")
    assert list(shown) == sorted(shown)
    assert (shown["HELM_BIN"], shown["HELM_QPS"], shown["HELM_DEBUG"]) == ("helm", "0.00", "false")
    assert "KUBECONFIG" not in shown
    assert settings.replace(kubeconfig="k").variables("helm")["KUBECONFIG"] == "k"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0x1p4", "16.00"),
        ("1_0", "10.00"),
        ("1e400", "0.00"),
        ("1e39", "0.00"),
        ("nan", "NaN"),
        ("inf", "+Inf"),
        ("-inf", "-Inf"),
    ],
)
def test_queries_a_second_are_a_float32(text: str, shown: str) -> None:
    assert Settings.from_environ({"HELM_QPS": text}).variables("helm")["HELM_QPS"] == shown


def test_where_the_platform_is_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert hivemind_home({"HIVEMIND_HOME": "data"}) == str(tmp_path / "data")
    assert hivemind_home({"HIVEMIND_HOME": "", "HOME": "/h"}) == "/h/.local/share/hivehelm/hivemind"
    assert hivemind_home({"HOME": "/h", "XDG_DATA_HOME": "/d"}) == "/d/hivehelm/hivemind"
    assert hivemind_home({"HOME": "/h", "XDG_DATA_HOME": "d"}) == "/h/.local/share/hivehelm/hivemind"
    monkeypatch.setenv("HOME", "/home/me")
    assert hivemind_home({}) == "/home/me/.local/share/hivehelm/hivemind"


def test_where_the_platform_keeps_its_objects(tmp_path: Path) -> None:
    account = str(tmp_path)
    assert hivemind_namespace({}, account) == "hivemind-system"
    (tmp_path / "namespace").write_text("pods-own\n")
    assert hivemind_namespace({}, account) == "pods-own"
    assert hivemind_namespace({"HIVEMIND_NAMESPACE": "told"}, account) == "told"
    (tmp_path / "namespace").write_bytes(b"\xff")
    assert hivemind_namespace({}, account) == "hivemind-system"
