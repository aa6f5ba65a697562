"""What a cluster can do, as templates see it in `.Capabilities` (Helm's pkg/chart/common)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.golang.kinds import NoFieldError, StringSlice, Struct, called
from hivehelm.golang.method import takes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

# The groups and versions that Helm 4.3.1's client libraries know (client-go 0.37), in their priority order.
KNOWN_API_VERSIONS = (
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "lifecycle.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
)


class KubeVersionError(HivehelmError):
    """A text is not a Kubernetes version; the message is the one of apimachinery's ParseGeneric."""


class KubeVersion(Struct):
    """A Kubernetes version: in full, and normalised for comparing with a chart's constraint.

    Prints as its normalised version, and through `printf` as Go prints the struct.
    """

    __slots__ = ("major", "minor", "normalized", "version")
    GO_TYPE = "common.KubeVersion"
    FIELDS = {"Version": "version", "Major": "major", "Minor": "minor"}
    METHODS = {"String": "go_string", "GitVersion": "git_version"}
    LAYOUT = {
        "Version": "version",
        "normalizedVersion": "normalized",
        "Major": "major",
        "Minor": "minor",
    }
    # Templates reach it through a pointer, which has the method; `printf` gets a copy, which has not.
    GO_STRING_BY_POINTER = True

    def __init__(self, version: str, major: str, minor: str, normalized: str = "") -> None:
        self.version = version
        self.major = major
        self.minor = minor
        self.normalized = normalized

    @takes("")
    def go_string(self) -> str:
        """Return the version that constraints are checked against."""
        return self.normalized or self.version

    @takes("")
    def git_version(self) -> str:
        """Return the version in full, e.g. `v1.33.4-gke.1245000`."""
        return self.version


def parse_kube_version(text: str) -> KubeVersion:
    """Return the version of a text such as `1.33` or `v1.33.4-gke.1`, as `--kube-version` takes it.

    Raises:
        KubeVersionError: the text is not a version (apimachinery's ParseGeneric: two or more numbers
            with dots, the first without a leading zero, then anything).
    """
    import re

    from hivehelm.golang.fmt import quote

    match = re.match(r"[\t\n\f\r ]*v?([0-9]+(?:\.[0-9]+)*)[^\n]*\Z", text)
    if match is None:
        raise KubeVersionError(f"could not parse {quote(text)} as version")
    numbers = match[1].split(".")
    if len(numbers) < 2:
        raise KubeVersionError(f"illegal version string {quote(text)}")
    if numbers[0].startswith("0") and numbers[0] != "0":
        raise KubeVersionError(
            f"illegal zero-prefixed version component {quote(numbers[0])} in {quote(text)}"
        )
    for number in numbers:
        if int(number) >= 1 << 64:
            raise KubeVersionError(
                f"illegal non-numeric version component {quote(number)} in {quote(text)}: "
                f"strconv.ParseUint: parsing {quote(number)}: value out of range"
            )
    parts = [str(int(number)) for number in numbers]
    full = text if text.startswith("v") else f"v{text}"
    return KubeVersion(full, parts[0], parts[1], f"v{'.'.join(parts)}")


class VersionSet(StringSlice):
    """The API versions of a cluster, e.g. `apps/v1` and `apps/v1/Deployment`."""

    __slots__ = ("_known",)
    GO_TYPE = "common.VersionSet"

    def __init__(self, versions: Iterable[str] = ()) -> None:
        super().__init__(versions)
        self._known = frozenset(self)

    @takes("string")
    def has(self, api_version: str) -> bool:
        """Return whether `api_version` is served."""
        return api_version in self._known

    def get(self, name: str) -> Any:
        """Return what method `name` returns without arguments; there are no fields."""
        return called(name, self.method(name))

    def method(self, name: str) -> Callable[..., Any]:
        """Return the bound method `name`.

        Raises:
            NoFieldError: there is no such method.
        """
        if name == "Has":
            return self.has
        raise NoFieldError(self, name)


class BuildInfo(Struct):
    """The build of Helm that templates see in `.Capabilities.HelmVersion`: the one we are faithful to."""

    __slots__ = ("git_commit", "git_tree_state", "go_version", "kube_client_version", "version")
    GO_TYPE = "version.BuildInfo"
    FIELDS = {
        "Version": "version",
        "GitCommit": "git_commit",
        "GitTreeState": "git_tree_state",
        "GoVersion": "go_version",
        "KubeClientVersion": "kube_client_version",
    }

    def __init__(self) -> None:
        self.version = "v4.3.1"
        self.git_commit = ""
        self.git_tree_state = ""
        self.go_version = "go1.26.8"
        self.kube_client_version = "v1.37"

    def to_json(self) -> dict[str, str]:
        """Return the fields under their JSON names, without those that are empty."""
        named = {
            "version": self.version,
            "git_commit": self.git_commit,
            "git_tree_state": self.git_tree_state,
            "go_version": self.go_version,
            "kube_client_version": self.kube_client_version,
        }
        return {name: value for name, value in named.items() if value}


HELM = BuildInfo()


class Capabilities(Struct):
    """What templates see in `.Capabilities`."""

    __slots__ = ("api_versions", "helm_version", "kube_version")
    GO_TYPE = "*common.Capabilities"
    FIELDS = {"KubeVersion": "kube_version", "APIVersions": "api_versions", "HelmVersion": "helm_version"}
    METHODS = {"Copy": "copy"}

    def __init__(self, kube_version: KubeVersion, api_versions: VersionSet) -> None:
        self.kube_version = kube_version
        self.api_versions = api_versions
        self.helm_version = HELM

    @takes("")
    def copy(self) -> Capabilities:
        """Return a copy."""
        return Capabilities(self.kube_version, self.api_versions)


def default(kube_version: KubeVersion | None = None, api_versions: Iterable[str] = ()) -> Capabilities:
    """Return what Helm 4.3.1 assumes without a cluster: Kubernetes 1.37 with every version it knows.

    `kube_version` replaces that version; `api_versions` are added to those known.
    """
    return Capabilities(
        kube_version or KubeVersion("v1.37.0", "1", "37", "v1.37.0"),
        VersionSet((*KNOWN_API_VERSIONS, *api_versions)),
    )
