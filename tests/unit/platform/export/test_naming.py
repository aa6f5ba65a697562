"""Names in strings: what follows the release, and what is only a word."""

from __future__ import annotations

from typing import Any

import pytest

from hivehelm.platform.export.naming import Names
from hivehelm.platform.export.text import Text, template


def names(*found: str, release: str = "shop", **more: Any) -> Names:
    return Names("shop", release, "web-ns", found, **more)


def shown(text: Text) -> str:
    """Return a text with its expressions shortened."""
    parts = template(text.parts)
    for code, short in (
        ('include "shop.fullname" .', "F"),
        (".Release.Name", "R"),
        (".Release.Namespace", "N"),
        (".Release.Service", "S"),
        (".Chart.AppVersion", "V"),
    ):
        parts = parts.replace("{{ " + code + " }}", f"<{short}>")
    return parts


@pytest.mark.parametrize(
    ("found", "release", "base", "suffix", "override"),
    [
        (("shop-web", "shop-web-headless"), "shop", "shop-web", "-web", ""),
        (("shop-web", "shop-db"), "shop", "shop", "", ""),
        (("shop", "shop-web"), "shop", "shop", "", ""),
        (("web", "web-config"), "shop", "web", "", "web"),
        (("web", "db"), "shop", "", "", ""),
        (("my-shop-web", "other"), "shop", "", "", ""),
        (("shopper", "shopper-x"), "shop", "shopper", "", "shopper"),
        (("a.b", "a-c"), "a", "a", "", ""),
    ],
)
def test_what_names_begin_with(
    found: tuple[str, ...], release: str, base: str, suffix: str, override: str
) -> None:
    made = names(*found, release=release)
    assert (made.base, made.suffix, made.override) == (base, suffix, override)


@pytest.mark.parametrize(
    ("name", "short"),
    [("shop-web", "web"), ("shop", ""), ("other", "other"), ("shopper", "shopper")],
)
def test_short_names(name: str, short: str) -> None:
    assert names("shop-web", "shop", "other", "shopper").short(name) == short


def test_names_are_mapped() -> None:
    made = names(
        "shop-web", "shop-db", "kube-shop-x", "plain", cluster_names=("shop-web-ns-admin", "web-ns-x")
    )
    assert shown(made.name("shop-web")) == "<F>-web"
    assert shown(made.name("kube-shop-x")) == "kube-<R>-x"
    assert shown(made.name("plain")) == "plain"
    assert shown(made.name("shop-web-ns-admin")) == "<F>-<N>-admin"
    assert shown(made.name("web-ns-x")) == "<N>-x"


def test_references_follow_known_names_and_the_releases() -> None:
    made = names("shop-web", "shop-db")
    assert shown(made.reference("shop-web")) == "<F>-web"
    assert shown(made.reference("shop-made-by-a-job")) == "<F>-made-by-a-job"
    assert shown(made.reference("shop")) == "shop"
    assert shown(made.reference("default")) == "default"
    assert shown(made.where("web-ns")) == "<N>"
    assert shown(made.where("kube-system")) == "kube-system"


@pytest.mark.parametrize(
    ("key", "value", "label"),
    [
        ("app.kubernetes.io/instance", "shop", "<R>"),
        ("release", "shop", "<R>"),
        ("app.kubernetes.io/managed-by", "Helm", "<S>"),
        ("app.kubernetes.io/managed-by", "kustomize", "kustomize"),
        ("app.kubernetes.io/version", "1.2", "<V>"),
        ("app.kubernetes.io/version", "9", "9"),
        ("app.kubernetes.io/name", "shop", "shop"),
        ("helm.sh/chart", "shop-1.0.0", "shop-1.0.0"),
        ("app", "shop", "<R>"),
        ("app", "shop-web", "<F>-web"),
        ("app", "shop-else", "<F>-else"),
        ("app", "web", "web"),
        ("kubernetes.io/metadata.name", "web-ns", "<N>"),
    ],
)
def test_labels(key: str, value: str, label: str) -> None:
    assert shown(names("shop-web", "shop-db", app_version="1.2").label(key, value)) == label


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("http://shop-db:80/x", "http://<F>-db:80/x"),
        ("shop-db.web-ns.svc.cluster.local", "<F>-db.<N>.svc.cluster.local"),
        ("shop-db-0.shop-db-headless.web-ns.svc", "<F>-db-0.<F>-db-headless.<N>.svc"),
        ("web-ns/shop-db", "<N>/<F>-db"),
        ("a,shop-db,b", "a,<F>-db,b"),
        ("xshop-db shop-dbx my-shop-db /opt/shop-db", "xshop-db shop-dbx my-shop-db /opt/shop-db"),
        ("the shop is open", "the shop is open"),
        ("http://shop/ user@shop:1", "http://<R>/ user@<R>:1"),
        ("shop.web-ns.svc", "<R>.<N>.svc"),
        ("http://shopping/", "http://shopping/"),
        ("app.kubernetes.io/instance=shop,x", "app.kubernetes.io/instance=<R>,x"),
        ('"release": "shop"', '"release": "<R>"'),
        ("prerelease: shop", "prerelease: shop"),
        ("--namespace=web-ns", "--namespace=<N>"),
        ("in web-ns", "in web-ns"),
        ("{shop-db}", '{{ "{" }}<F>-db}'),
        ("", ""),
    ],
)
def test_names_in_texts(text: str, free: str) -> None:
    made = names("shop", "shop-db", "shop-db-headless")
    # The release's name and the full name are one here.
    assert shown(made.free(text)).replace("<F>", "<R>") == free.replace("<F>", "<R>")


def test_a_single_word_counts_where_a_host_is_meant() -> None:
    made = names("shop", "shop-db")
    assert shown(made.free("shop", "REDIS_HOST")) == "<F>"
    assert shown(made.free("shop:6379", "backendAddr")) == "<F>:6379"
    assert shown(made.free("shop", "POSTGRES_USER")) == "shop"
    assert shown(made.free("shop: a tale", "SERVER")) == "shop: a tale"


@pytest.mark.parametrize(
    ("text", "word", "free"),
    [
        ("shop-made-later", False, "<R>-made-later"),
        ("shop-made-later", True, "shop-made-later"),
        ("$(NS)/shop-x", False, "$(NS)/<R>-x"),
        ("/opt/shop-x", False, "/opt/shop-x"),
        ("shop.web-ns", True, "<R>.<N>"),
        ("watch:\n  namespaces:\n  - web-ns\n", True, "watch:\n  namespaces:\n  - <N>\n"),
        ("leaderNamespace: web-ns", True, "leaderNamespace: <N>"),
        ("in web-ns", True, "in <N>"),
        ("x.web-ns.svc", True, "x.<N>.svc"),
        ("the shop", False, "the shop"),
    ],
)
def test_what_came_from_a_chart_went_by_its_release(text: str, word: bool, free: str) -> None:
    made = names("shop-web", "shop-db", words=("shop",) if word else ("web",))
    assert shown(made.free(text)) == free
    assert shown(made.free("shop", "HELM_RELEASE_NAME")) == "<R>"
    assert shown(made.free("shop", "USER")) == "shop"


def test_without_names_nothing_follows() -> None:
    made = Names("shop", "shop", "", ["a", "b"])
    assert shown(made.free("a shop-b b")) == "a shop-b b"
    assert made.longest == 0
