"""Registries as Helm uses them (`registry.Client`): log in and out, pull, push, list tags, resolve."""

from __future__ import annotations

import os

from hivehelm.sources.oci import scopes
from hivehelm.sources.oci.authorization import Authorization
from hivehelm.sources.oci.credential import NOBODY, Credential
from hivehelm.sources.oci.credentials import Stores
from hivehelm.sources.oci.errors import RegistryError
from hivehelm.sources.oci.exchange import Exchange
from hivehelm.sources.oci.reference import Reference, check_registry, parse, parse_target
from hivehelm.sources.oci.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from hivehelm.chart.model import Metadata
    from hivehelm.golang.url import URL
    from hivehelm.http.client import Client
    from hivehelm.sources.oci.manifest import Descriptor
    from hivehelm.sources.oci.plugin import PulledPlugin
    from hivehelm.sources.oci.pull import Pulled
    from hivehelm.sources.oci.push import Artifact
    from hivehelm.sources.oci.reference import Target

SILENCE = 60.0
"""Seconds that a registry may say nothing, or take nothing: Helm would wait for ever."""

# Part of what Helm prints on standard output.
_UNDERSCORES = """
OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry."""


class Registry:
    """A client of any number of registries; tokens are kept for its life."""

    def __init__(
        self,
        config: str,
        *,
        username: str = "",
        password: str = "",
        plain_http: bool = False,
        insecure: bool = False,
        ca_file: str = "",
        cert_file: str = "",
        key_file: str = "",
        out: Callable[[str], object] | None = None,
        log: Callable[..., None] | None = None,
        environ: Mapping[str, str] | None = None,
        outward: bool = False,
        client: Client | None = None,
    ) -> None:
        """Prepare; nothing is sent and no file is read yet.

        `config` is the file with credentials; with a `username` and `password` it is not asked. `out` takes
        what Helm prints of a pull or push, `log(level, message, **attributes)` what it logs. With `outward`,
        no registry is of this machine or its link. `client` takes the place of one made of these options.
        """
        from hivehelm.http.client import Client as HttpClient

        self._environ = os.environ if environ is None else environ
        self._stores = Stores(config, self._environ)
        self._login = Credential(username=username, password=password) if username and password else NOBODY
        self._only_for = ""
        # Helm forgets about plain HTTP where certificates are named.
        self._tls = bool((cert_file and key_file) or ca_file or insecure)
        self._plain_http = plain_http and not self._tls
        self._out = out or (lambda _: None)
        self._log = log or (lambda *_, **__: None)
        self._client = client or HttpClient(
            ca_file=ca_file,
            cert_file=cert_file,
            key_file=key_file,
            insecure=insecure,
            environ=self._environ,
            timeout=None,
            idle=SILENCE,
            outward=outward,
        )
        self._authorization = Authorization(Exchange(self._client), self._credential)

    def check(self) -> None:
        """Read the files with credentials and certificates now.

        Raises:
            RegistryConfigError: Helm's file of credentials is none.
            TLSConfigError: a certificate or key cannot be used.
        """
        self._stores.check()
        if self._tls:
            self._client.prepare()

    def close(self) -> None:
        """Let go of every connection."""
        self._client.close()

    def _credential(self, host: str) -> Credential:
        if self._only_for:
            return self._login if host == self._only_for else NOBODY
        return self._login or self._stores.get(host)

    def _repository(self, target: Target, hints: tuple[str, ...] = ()) -> Repository:
        return Repository(self._authorization, target, plain_http=self._plain_http, hints=hints)

    def repository(self, reference: str, hints: tuple[str, ...] = ()) -> Repository:
        """Return requests about the one repository that a reference names; `hints` as `Repository` has them.

        Raises:
            InvalidReferenceError: it is none.
        """
        return self._repository(parse_target(reference), hints)

    def names(self, host: str) -> Iterator[str]:
        """Yield the names of all repositories of the registry at `host`.

        Raises:
            RegistryError, HttpError: the registry does not list them.
        """
        from hivehelm.sources.oci.catalog import names

        return names(self._authorization, f"{'http' if self._plain_http else 'https'}://{host}")

    def pull(
        self,
        reference: str,
        *,
        chart: bool = True,
        prov: bool = False,
        ignore_missing_prov: bool = False,
    ) -> Pulled:
        """Fetch a chart's archive, its provenance, or both, and say so.

        Raises:
            RegistryError: the reference is none, or what it means is no chart or cannot be had.
        """
        from hivehelm.sources.oci.pull import pull

        parsed = parse(reference)
        target = parse_target(str(parsed))
        pulled = pull(
            self._repository(target),
            target.reference,
            shown=str(parsed),
            chart=chart,
            prov=prov,
            ignore_missing_prov=ignore_missing_prov,
            warn=self._out,
        )
        self._say("Pulled", str(parsed), pulled.digest, str(parsed))
        return pulled

    def pull_plugin(self, reference: str, name: str) -> PulledPlugin:
        """Fetch the archive of the plugin `name`, and its provenance, and say so.

        Raises:
            RegistryError: the reference is none, or what it means is no such plugin or cannot be had.
        """
        from hivehelm.sources.oci.plugin import pull

        parsed = parse(reference)
        target = parse_target(str(parsed))
        pulled = pull(self._repository(target), target.reference, name, shown=str(parsed))
        self._out(f"Pulled plugin: {parsed}\nDigest: {pulled.digest}\n")
        if pulled.prov:
            self._out(f"Provenance: {pulled.prov_name}\n")
        self._explain(str(parsed), str(parsed))
        return pulled

    def push(
        self,
        archive: bytes,
        reference: str,
        *,
        prov: bytes | None = None,
        created: str = "",
        metadata: Metadata | None = None,
        digest: str = "",
        strict: bool = True,
    ) -> Artifact:
        """Bring a chart's archive to a registry, and its provenance, and say so.

        `created` is when the archive was made, as RFC 3339 has it; now, if not given. `metadata` and `digest`
        are the chart's and the archive's, where they are known. `strict` wants the reference to end in the
        chart's name and version.

        Raises:
            ChartError: the archive is none.
            RegistryError: the reference does not fit, or the registry does not take it.
        """
        from hivehelm.sources.oci.push import artifact, push

        parsed = parse(reference)
        if metadata is None:
            from io import BytesIO

            from hivehelm.chart.load import load_archive

            metadata = load_archive(BytesIO(archive)).metadata
        if strict and not reference.endswith(f"/{metadata.name}:{metadata.version}"):
            raise RegistryError(
                "strict mode enabled, ref basename and tag must match the chart name and version"
            )
        made = artifact(metadata, archive, prov, created or _now(), digest)
        target = parse_target(str(parsed))
        push(self._repository(target, scopes.PUSH), made, target.reference)
        self._say("Pushed", str(parsed), made.descriptor.digest, parsed.tag)
        return made

    def _say(self, what: str, reference: str, digest: str, where: str) -> None:
        self._out(f"{what}: {reference}\nDigest: {digest}\n")
        self._explain(reference, where)

    def _explain(self, reference: str, where: str) -> None:
        if "_" in where:
            self._out(f"{reference} contains an underscore.\n{_UNDERSCORES}\n")

    def summary(self, reference: str, tag: str) -> dict[str, Any]:
        """Return what the configuration of a chart's version says: its Chart.yaml, under the same names.

        Raises:
            RegistryError: it cannot be had, or is none.
        """
        from hivehelm.sources.oci import manifest
        from hivehelm.sources.oci.pull import graph

        repository = self._repository(parse_target(reference))
        _, contents = graph(repository, tag.replace("+", "_"), (manifest.CONFIG,))
        if not contents:
            raise RegistryError(f"could not load config with mediatype {manifest.CONFIG}")
        return manifest.document(contents[0].data, "v2.Metadata")

    def tags(self, reference: str) -> list[str]:
        """Return the versions that a repository has tags for, the newest first.

        Raises:
            RegistryError, HttpError: they cannot be had.
        """
        from hivehelm.sources.oci.versions import sorted_versions

        pages = self._repository(parse_target(reference)).tags()
        return sorted_versions(tag for page in pages for tag in page)

    def resolve(self, reference: str) -> Descriptor:
        """Return what a reference stands for: media type, digest, size.

        Raises:
            RegistryError, HttpError: it cannot be found out.
        """
        target = parse_target(reference)
        return self._repository(target).resolve(target.reference)

    def validate(self, reference: str, version: str, url: URL) -> tuple[str, URL]:
        """Return the digest that is asked for, "" for none, and the URL with the tag or digest to pull.

        `reference` is as the user wrote it, `version` a version, a constraint or "". Source: Helm's
        `ValidateReference`.

        Raises:
            VersionError: the version is no constraint.
            RegistryError, HttpError: nothing matches, or the reference says something else.
        """
        from hivehelm.golang import semver
        from hivehelm.golang.url import parse as parse_url
        from hivehelm.sources.oci.versions import matching

        found = parse(url.host + url.path)
        if not version:
            version = found.tag
        elif found.tag and found.tag != version:
            raise RegistryError(f"chart reference and version mismatch: {version} is not {found.tag}")
        changed = parse_url(str(url))
        if found.digest:
            if not version:
                return "", changed
            changed.path, changed.raw_path = f"{found.repository}@{found.digest}", ""
            return self._pinned(found, version), changed
        try:
            semver.parse(version)
            tag = version
        except semver.VersionError:
            tags = self.tags(reference.removeprefix("oci://"))
            if not tags:
                raise RegistryError(
                    f"unable to locate any tags in provided repository: {reference}"
                ) from None
            tag = matching(tags, version)
        changed.path, changed.raw_path = f"{found.repository}:{tag}", ""
        return "", changed

    def _pinned(self, found: Reference, version: str) -> str:
        """Return the digest of a reference that has a tag, too, unless that stands for something else."""
        from hivehelm.http.errors import HttpError

        try:
            resolved = self.resolve(f"{found.registry}/{found.repository}:{version}")
        except (RegistryError, HttpError):
            return ""  # What has a digest need not be tagged.
        if resolved.digest != found.digest:
            raise RegistryError(f"chart reference digest mismatch: {resolved.digest} is not {found.digest}")
        return found.digest

    def login(self, host: str, username: str, password: str) -> None:
        """Try a name and a password on a registry, and keep them.

        Raises:
            RegistryError: the registry does not take them, or they cannot be kept.
        """
        from hivehelm.golang.fmt import quote
        from hivehelm.http.errors import HttpError
        from hivehelm.sources.oci.errors import AuthenticationError

        if "/" in host:
            self._log(
                "WARN",
                "registry login currently only supports registry hostname, not a repository path",
                host=host,
                suggested=host.partition("/")[0],
            )
        check_registry(host)
        self._only_for = "registry-1.docker.io" if host == "docker.io" else host
        self._login = Credential(username=username, password=password)
        self._authorization.oauth2 = True
        try:
            self._ping()
        except (RegistryError, HttpError):
            self._authorization.oauth2 = False
            try:
                self._ping()
            except (RegistryError, HttpError) as error:
                raise AuthenticationError(f"authenticating to {quote(host)}: {error}") from error
        self._stores.put(host, self._login)
        self._out("Login Succeeded\n")

    def _ping(self) -> None:
        from hivehelm.sources.oci.refusals import refusal

        scheme = "http" if self._plain_http else "https"
        answer = self._authorization.send("GET", f"{scheme}://{self._only_for}/v2/")
        if answer.status == 404:
            answer.close()
            raise RegistryError("not found")
        if answer.status != 200:
            raise refusal(answer)
        answer.close()

    def logout(self, host: str) -> None:
        """Forget what is kept for a registry.

        Raises:
            RegistryError: that fails.
        """
        from hivehelm.sources.oci.credentials import address

        try:
            self._stores.delete(host)
        except RegistryError as error:
            raise RegistryError(f"failed to delete the credential for {address(host)}: {error}") from error
        self._out(f"Removing login credentials for {host}\n")


def _now() -> str:
    import time

    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
