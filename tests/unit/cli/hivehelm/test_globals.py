"""The flags that every command takes."""

from __future__ import annotations

import pytest

from hivehelm.cli.hivehelm.globals import ColorModeError, apply_flags, global_flags, read_ahead
from hivehelm.settings import Settings

DEFAULTS = Settings.from_environ({"HOME": "/h", "HELM_NAMESPACE": "env", "HELM_KUBEASGROUPS": "g"})


def test_defaults_are_the_environments() -> None:
    assert apply_flags(DEFAULTS, global_flags(DEFAULTS)) == DEFAULTS


def test_flags_win() -> None:
    flags = global_flags(DEFAULTS)
    line = "-n x --kubeconfig k --kube-context c --kube-token t --kube-as-user u --kube-as-group a"
    line += " --kube-apiserver s --kube-ca-file f --kube-tls-server-name n --kube-insecure-skip-tls-verify"
    line += " --debug --registry-config r --repository-config p --repository-cache q --content-cache o"
    line += " --burst-limit 5 --qps 1.5 --color always --colour never"
    flags.parse(line.split())
    settings = apply_flags(DEFAULTS, flags)
    assert (settings.namespace, settings.kubeconfig, settings.kube_context) == ("x", "k", "c")
    assert (settings.kube_token, settings.kube_as_user, settings.kube_as_groups) == ("t", "u", ["a"])
    assert (settings.kube_apiserver, settings.kube_ca_file, settings.kube_tls_server_name) == ("s", "f", "n")
    assert (settings.kube_insecure_skip_tls_verify, settings.debug) == (True, True)
    assert (settings.registry_config, settings.repository_config) == ("r", "p")
    assert (settings.repository_cache, settings.content_cache) == ("q", "o")
    assert (settings.burst_limit, settings.qps, settings.color) == (5, 1.5, "never")


def test_what_is_read_ahead_stays() -> None:
    flags = global_flags(DEFAULTS)
    read_ahead(flags, ["template", "--kube-as-group", "a", "-fnone", "--nope", "--bad=="])
    assert flags.strings("kube-as-group") == ["a"]
    assert flags.string("namespace") == "one"


@pytest.mark.parametrize("line", [["--debug=x"], ["--help", "--color", "bad"], ["-h", "--color", "bad"]])
def test_reading_ahead_stops_at_what_it_does_not_understand(line: list[str]) -> None:
    read_ahead(global_flags(DEFAULTS), line)


@pytest.mark.parametrize("line", [["--color", "bad"], ["--color=never", "--colour", "bad"]])
def test_colors_are_checked_ahead(line: list[str]) -> None:
    with pytest.raises(
        ColorModeError, match=r'^invalid color mode "bad": must be one of: never, auto, always$'
    ):
        read_ahead(global_flags(DEFAULTS), line)
