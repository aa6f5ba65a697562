"""What a cluster can do, as charts see it (pkg/action's getCapabilities and GetVersionSet)."""

from __future__ import annotations

from hivehelm.actions.errors import CapabilitiesError
from hivehelm.kube.errors import KubeError
from hivehelm.kube.resources import documents
from hivehelm.render.capabilities import Capabilities, KubeVersion, VersionSet, default

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from hivehelm.kube.client import Client

    class Log(Protocol):
        """Takes what Helm would log."""

        def __call__(self, level: str, message: str, **attributes: object) -> None:
            """Log a message."""


def discover(client: Client, log: Log) -> Capabilities:
    """Return the cluster's version and API versions; nothing that is cached is trusted.

    API services that are registered and do not answer are left out, with a warning.

    Raises:
        CapabilitiesError: the cluster does not say.
    """
    discovery = client.discovery
    discovery.invalidate()
    try:
        version = client.version()
    except KubeError as error:
        raise CapabilitiesError(f"could not get server version from Kubernetes: {error}", error) from error
    try:
        api_versions = discovery.api_versions()
    except KubeError as error:
        raise CapabilitiesError(f"could not get apiVersions from Kubernetes: {error}", error) from error
    if discovery.failed:
        broken = ", ".join(f"{group}: {reason}" for group, reason in sorted(discovery.failed.items()))
        text = f"unable to retrieve the complete list of server APIs: {broken}"
        log("WARN", "the kubernetes server has an orphaned API service", error=text)
        log("WARN", "to fix this, kubectl delete apiservice <service-name>")
    return Capabilities(
        KubeVersion(
            str(version.get("gitVersion", "")), str(version.get("major", "")), str(version.get("minor", ""))
        ),
        VersionSet(api_versions) if api_versions else default().api_versions,
    )


def expect(capabilities: Capabilities, definitions: Iterable[str]) -> Capabilities:
    """Return what a cluster will be able to do once the CustomResourceDefinitions of manifests are there.

    What cannot be read as one brings nothing: making it will tell.
    """
    known = capabilities.api_versions
    coming = [version for text in definitions for version in _defined(text) if not known.has(version)]
    return Capabilities(capabilities.kube_version, VersionSet([*known, *dict.fromkeys(coming)]))


def _defined(text: str) -> list[str]:
    found: list[str] = []
    try:
        for definition in documents(text):
            if definition["kind"] == "CustomResourceDefinition":
                spec = definition["spec"]
                for version in spec["versions"]:
                    if version.get("served"):
                        served = f"{spec['group']}/{version['name']}"
                        found += [served, f"{served}/{spec['names']['kind']}"]
    except (AttributeError, KeyError, TypeError, KubeError):
        return []
    return found
