"""`search repo oci://…`: the versions of one chart in a registry. Helm 4.3.1 only searches repositories."""

from __future__ import annotations

from hivehelm.cli.flags import boolean, string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call
    from hivehelm.sources.oci.registry import Registry
    from hivehelm.sources.search import Result

# `search repo` takes these besides Helm's, for registries.
FLAGS = (
    string("username", "the name to log in to the registry of oci://… with"),
    string("password", "the password to log in to the registry of oci://… with"),
    string("ca-file", "the authorities that may have signed the registry's certificate, in PEM"),
    string("cert-file", "the client certificate to show to the registry of oci://…, in PEM"),
    string("key-file", "the client certificate's key, in PEM"),
    boolean("insecure-skip-tls-verify", "accept any certificate of the registry of oci://…"),
    boolean("plain-http", "speak HTTP, not HTTPS, to the registry of oci://…"),
)

_WORKERS = 8


def search(call: Call, reference: str, constraint: str) -> list[Result]:
    """Return the versions of the chart at `reference` that a constraint allows, the newest first.

    Their names are the chart's whole address.

    Raises:
        SearchConstraintError: the constraint is none.
        RegistryError, HttpError: the registry does not tell.
    """
    from hivehelm.cli.hivehelm.chartflags import access
    from hivehelm.cli.hivehelm.session import log_of, stores
    from hivehelm.golang import semver
    from hivehelm.sources.oci.reference import SCHEME
    from hivehelm.sources.registries import registry
    from hivehelm.sources.search import SearchConstraintError

    client = registry(stores(call), access(call.flags), log=log_of(call))
    bare = reference.removeprefix(SCHEME)
    try:
        allowed = semver.Constraint(constraint)
    except semver.VersionError as error:
        raise SearchConstraintError(error) from error
    versions = [text for text in client.tags(bare) if allowed.check(semver.parse(text))]
    return _described(client, bare, versions)


def _described(registry: Registry, reference: str, versions: list[str]) -> list[Result]:
    """Look into every version, several at once; what is no chart is left out."""
    if not versions:
        return []
    from concurrent.futures import ThreadPoolExecutor

    from hivehelm.http.errors import HttpError
    from hivehelm.sources.oci.errors import RegistryError
    from hivehelm.sources.search import Result

    def look(version: str) -> Result | None:
        try:
            summary = registry.summary(reference, version)
        except (RegistryError, HttpError):
            return None
        return Result(
            name=f"oci://{reference}",
            score=0,
            version=version,
            app_version=str(summary.get("appVersion") or ""),
            description=str(summary.get("description") or ""),
        )

    # The first one brings the token that the others use.
    first = look(versions[0])
    with ThreadPoolExecutor(_WORKERS) as pool:
        rest = list(pool.map(look, versions[1:]))
    return [one for one in (first, *rest) if one is not None]
