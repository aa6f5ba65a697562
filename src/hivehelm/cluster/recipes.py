"""What is built, from which Go module, at which version.

Each module of ours in `modules/` names one program as its tool; its `go.sum` holds the hash of every module
that goes in, so what is built is what was looked at. k8s.io/kubernetes replaces its staging modules by
directories of its own repository, which the module proxy does not have: ours replaces them by their releases.
"""

from __future__ import annotations

from hivehelm.record import Record

# Without these the API server reports a version that no client can parse.
_KUBERNETES = (
    "k8s.io/component-base/version.gitVersion=v1.35.4",
    "k8s.io/component-base/version.gitMajor=1",
    "k8s.io/component-base/version.gitMinor=35",
)


class Recipe(Record):
    """How one binary is made.

    Attributes:
        name: the binary's name.
        version: its version, without a leading `v`.
        module: the directory under `modules/`.
        package: the Go package of its `main`.
        variables: `name=value` that the linker sets.
        go: the oldest Go that can build it, as (major, minor).
        same_go: no newer minor version of Go will do: the program's behaviour depends on Go's library.
        asset: taken from `KUBEBUILDER_ASSETS` where it is there.
    """

    name: str
    version: str
    module: str
    package: str
    variables: tuple[str, ...] = ()
    go: tuple[int, int] = (1, 25)
    same_go: bool = False
    asset: bool = True


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(name="etcd", version="3.6.8", module="etcd", package="go.etcd.io/etcd/server/v3"),
        Recipe(
            name="kube-apiserver",
            version="1.35.4",
            module="kubernetes",
            package="k8s.io/kubernetes/cmd/kube-apiserver",
            variables=_KUBERNETES,
        ),
        Recipe(
            name="kube-controller-manager",
            version="1.35.4",
            module="kubernetes",
            package="k8s.io/kubernetes/cmd/kube-controller-manager",
            variables=_KUBERNETES,
        ),
        Recipe(
            name="kube-scheduler",
            version="1.35.4",
            module="kubernetes",
            package="k8s.io/kubernetes/cmd/kube-scheduler",
            variables=_KUBERNETES,
        ),
        Recipe(name="kwok", version="0.7.0", module="kwok", package="sigs.k8s.io/kwok/cmd/kwok"),
        # The oracles of the tests. text/template is part of Go: Helm's output moves with it.
        Recipe(
            name="helm",
            version="4.3.1",
            module="helm",
            package="helm.sh/helm/v4/cmd/helm",
            variables=("helm.sh/helm/v4/internal/version.version=v4.3.1",),
            go=(1, 26),
            same_go=True,
            asset=False,
        ),
        Recipe(
            name="registry",
            version="3.1.2",
            module="registry",
            package="github.com/distribution/distribution/v3/cmd/registry",
            variables=("github.com/distribution/distribution/v3/version.version=v3.1.2",),
            go=(1, 26),
            asset=False,
        ),
    )
}

PARTS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")
"""The binaries of a control plane, in the order in which they start."""
