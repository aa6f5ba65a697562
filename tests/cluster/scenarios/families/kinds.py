"""CustomResourceDefinitions and what is made of them."""

from __future__ import annotations

from tests.cluster.scenarios.model import chart, scenario
from tests.cluster.scenarios.objects import config_map, hook, widget, widget_kind
from tests.cluster.scenarios.steps import known, remove

KIND = widget_kind()
TYPED = widget_kind(properties={"size": {"type": "integer", "maximum": 5}})
A = chart(config_map("a"), widget("w", a=1), crds=(KIND,))

SCENARIOS = {
    "first the kind, then the object": scenario("install x ./a", "uninstall x", "install x ./a", a=A),
    "the kind left out": scenario(
        "install x ./a --skip-crds", "install x ./b --skip-crds", a=A, b=chart(config_map(), crds=(KIND,))
    ),
    "the kind is there": scenario(
        "install x ./a", "install y ./b", "uninstall x", a=A, b=chart(widget("v"), crds=(TYPED,))
    ),
    "upgrades leave kinds alone": scenario(
        "install x ./a", "upgrade x ./b", a=A, b=chart(config_map("a"), widget("w", a=2), crds=(TYPED,))
    ),
    "upgrade --install makes kinds": scenario(
        "upgrade x ./a --install", "upgrade y ./b --install --skip-crds", a=A, b=chart(widget("v"))
    ),
    "kinds as templates": scenario(
        "install x ./a",
        "install x ./b --replace",
        known("NAMESPACE.example.com", "Widget"),
        "upgrade x ./c --wait",
        "uninstall x --wait",
        a=chart(KIND, widget()),
        b=chart(KIND),
        c=chart(KIND, widget()),
    ),
    "an object its schema refuses": scenario(
        "install x ./a",
        "upgrade x ./b",
        "upgrade x ./c",
        "rollback x 1",
        a=chart(widget("w", size=1), crds=(TYPED,)),
        b=chart(widget("w", size=9)),
        c=chart(widget("w", size="big")),
    ),
    "client-side, an object its schema refuses": scenario(
        "install x ./a --server-side=false",
        "upgrade x ./b",
        "upgrade x ./b --disable-openapi-validation",
        a=chart(widget("w", size=1), crds=(TYPED,)),
        b=chart(widget("w", size="big")),
    ),
    "a kind gone meanwhile": scenario(
        "install x ./a",
        remove("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.NAMESPACE.example.com"),
        "upgrade x ./b",
        "uninstall x",
        a=A,
        b=chart(config_map("a")),
    ),
    "two versions": scenario(
        "install x ./a",
        "upgrade x ./b",
        "rollback x",
        a=chart(widget("w", version="v1"), crds=(widget_kind(("v1", "v2")),)),
        b=chart(widget("w", version="v2", b=2)),
    ),
    "a hook of that kind": scenario(
        "install x ./a", "uninstall x", a=chart(hook(widget(), "post-install"), config_map(), crds=(KIND,))
    ),
    "a broken kind": scenario(
        "install x ./a",
        "list -a",
        a=chart(config_map(), crds=({**KIND, "spec": {**KIND["spec"], "scope": "Everywhere"}},)),
    ),
    "printed where they are there": scenario(
        "install x ./a",
        "template x ./a --include-crds --dry-run=server",
        "template x ./a --include-crds --dry-run=server --take-ownership",
        "template x ./a --include-crds --dry-run=server --is-upgrade",
        "template x ./a --include-crds --dry-run=server --output-dir out",
        a=A,
    ),
    "a dry run makes none": scenario(
        "install x ./a --dry-run=server", "install y ./b --dry-run=client", a=A, b=A
    ),
}
