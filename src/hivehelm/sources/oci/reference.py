"""References to charts in registries: `host[:port]/repository[:tag][@digest]`.

Source: oras-go's `registry.ParseReference` and Helm's `registry.newReference`.
"""

from __future__ import annotations

from hivehelm.record import Record
from hivehelm.sources.oci.digests import DigestError, validate
from hivehelm.sources.oci.errors import InvalidReferenceError, RegistryError

SCHEME = "oci://"

_ALPHANUMERIC = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_WORD = _ALPHANUMERIC | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_MAX_TAG = 128


class Target(Record):
    """What requests name: a registry, a repository in it, and `reference`, a tag, a digest or ""."""

    registry: str
    repository: str
    reference: str = ""

    @property
    def host(self) -> str:
        """The host that is asked: Docker Hub answers under another name."""
        return "registry-1.docker.io" if self.registry == "docker.io" else self.registry

    def at(self, reference: str) -> Target:
        """Return the same repository with another reference."""
        return Target(registry=self.registry, repository=self.repository, reference=reference)

    def __str__(self) -> str:
        if not self.repository:
            return self.registry
        name = f"{self.registry}/{self.repository}"
        if not self.reference:
            return name
        return f"{name}{'@' if is_digest(self.reference) else ':'}{self.reference}"


class Reference(Record):
    """A chart's reference as Helm takes it apart; `tag` has underscores for what were `+`.

    A `tag` is a digest where two `@` were written. `str()` is what Helm prints and asks for.
    """

    target: Target
    digest: str = ""

    @property
    def registry(self) -> str:
        """Host and port."""
        return self.target.registry

    @property
    def repository(self) -> str:
        """The path in the registry."""
        return self.target.repository

    @property
    def tag(self) -> str:
        """The tag, "" without one."""
        return self.target.reference

    def __str__(self) -> str:
        return str(self.target) if self.tag else f"{self.target}@{self.digest}"


def is_oci(text: str) -> bool:
    """Tell whether a chart reference or URL is one of a registry."""
    return text.startswith(SCHEME)


def is_digest(text: str) -> bool:
    """Tell whether a reference is a digest, not a tag."""
    try:
        validate(text)
    except DigestError:
        return False
    return True


def parse(text: str) -> Reference:
    """Return a chart's reference, with or without `oci://`.

    `+`, which tags cannot have, becomes `_` wherever the tag occurs, as in Helm.

    Raises:
        InvalidReferenceError: it is none.
    """
    raw = text.removeprefix(SCHEME)
    digest = ""
    if "@" in raw:
        raw, _, digest = raw.rpartition("@")
    before, colon, tag = raw.rpartition(":")
    if colon and tag and "/" not in tag:
        raw = f"{before}:{tag}".replace(tag, tag.replace("+", "_"))
    return Reference(target=parse_target(raw), digest=digest)


def plugin_name(text: str) -> str:
    """Return the name of the plugin that a reference means: the last part of the repository's path.

    Raises:
        RegistryError: it is no reference.
    """
    try:
        return parse(text).repository.rpartition("/")[2]
    except InvalidReferenceError as error:
        raise RegistryError(f"invalid OCI reference: {error}") from error


def parse_target(text: str) -> Target:
    """Return what oras takes `text` for; a tag before a digest is dropped.

    Raises:
        InvalidReferenceError: it is no reference.
    """
    registry, slash, path = text.partition("/")
    if not slash:
        raise InvalidReferenceError("missing registry or repository")
    repository, at, reference = path.partition("@")
    if at:
        repository = repository.partition(":")[0]
    else:
        repository, _, reference = path.partition(":")
    check_registry(registry)
    if not _is_repository(repository):
        raise InvalidReferenceError(f"invalid repository {_quote(repository)}")
    if reference and at:
        check_digest(reference)
    elif reference:
        check_tag(reference)
    return Target(registry=registry, repository=repository, reference=reference)


def check_registry(registry: str) -> None:
    """Take only a host, with or without a port.

    Raises:
        InvalidReferenceError: it is none.
    """
    from hivehelm.golang.url import URLError
    from hivehelm.golang.url import parse as parse_url

    try:
        host = parse_url(f"dummy://{registry}").host
    except URLError:
        host = ""
    if not registry or host != registry or any(letter in registry for letter in "#?/"):
        # Before the @ may be a password.
        _, at, after = registry.rpartition("@")
        raise InvalidReferenceError(f"invalid registry {_quote(f'***@{after}' if at else registry)}")


def check_tag(tag: str) -> None:
    """Take only what may be a tag.

    Raises:
        InvalidReferenceError: it may not.
    """
    if (
        len(tag) > _MAX_TAG
        or tag[:1] in (".", "-", "")
        or not _WORD.issuperset(tag.replace(".", "").replace("-", ""))
    ):
        raise InvalidReferenceError(f"invalid tag {_quote(tag)}")


def check_digest(digest: str) -> None:
    """Take only a digest.

    Raises:
        InvalidReferenceError: it is none.
    """
    try:
        validate(digest)
    except DigestError as error:
        raise InvalidReferenceError(f"invalid digest {_quote(digest)}: {error}") from None


def _is_repository(text: str) -> bool:
    """Tell whether `text` is a path of names: alphanumerics, with `.`, `_`, `__` or many `-` between."""
    return all(map(_is_name, text.split("/")))


def _is_name(name: str) -> bool:
    before = ""
    separator = ""
    for letter in name:
        if letter in _ALPHANUMERIC:
            if separator and separator not in (".", "_", "__") and separator.strip("-"):
                return False
            before, separator = letter, ""
        elif letter in "._-" and before:
            separator += letter
        else:
            return False
    return bool(before) and not separator


def _quote(text: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(text)
