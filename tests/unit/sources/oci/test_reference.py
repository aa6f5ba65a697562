from __future__ import annotations

import pytest

from hivehelm.sources.oci.errors import InvalidReferenceError, RegistryError
from hivehelm.sources.oci.reference import check_registry, is_digest, is_oci, parse, parse_target, plugin_name

DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("text", "shown", "tag", "digest"),
    [
        ("oci://h:5000/a/b:1.0.0+x+y", "h:5000/a/b:1.0.0_x_y", "1.0.0_x_y", ""),
        ("h/a", "h/a@", "", ""),
        ("h/a:", "h/a@", "", ""),
        (f"h/a@{DIGEST}", f"h/a@{DIGEST}", "", DIGEST),
        (f"h/a:1+0@{DIGEST}", "h/a:1_0", "1_0", DIGEST),
        (f"h/a:1@{DIGEST}@x", f"h/a@{DIGEST}", DIGEST, "x"),
        ("h/a__b/c.d/e---f:x", "h/a__b/c.d/e---f:x", "x", ""),
        ("[::1]:5000/a:v1.2-3_4", "[::1]:5000/a:v1.2-3_4", "v1.2-3_4", ""),
        (f"h/a:{'t' * 128}", f"h/a:{'t' * 128}", "t" * 128, ""),
    ],
)
def test_references(text: str, shown: str, tag: str, digest: str) -> None:
    parsed = parse(text)
    assert (str(parsed), parsed.tag, parsed.digest) == (shown, tag, digest)
    assert shown.startswith(f"{parsed.registry}/{parsed.repository}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("h", "missing registry or repository"),
        ("", "missing registry or repository"),
        ("/a", 'invalid registry ""'),
        ("h:x/a", 'invalid registry "h:x"'),
        ("u:p@h/a", "missing registry or repository"),
        ("h?q/a", 'invalid registry "h?q"'),
        ("h#f/a", 'invalid registry "h#f"'),
        ("h /a", 'invalid registry "h "'),
        ("h/", 'invalid repository ""'),
        ("h/A", 'invalid repository "A"'),
        ("h/a//b", 'invalid repository "a//b"'),
        ("h/a___b", 'invalid repository "a___b"'),
        ("h/a.-b", 'invalid repository "a.-b"'),
        ("h/-a", 'invalid repository "-a"'),
        ("h/a-", 'invalid repository "a-"'),
        ("h/a:-1", 'invalid tag "-1"'),
        ("h/a:1:2", 'invalid tag "1:2"'),
        (f"h/a:{'t' * 129}", f'invalid tag "{"t" * 129}"'),
        ("h/a@x@y", 'invalid digest "x": invalid checksum digest format'),
    ],
)
def test_what_is_none(text: str, problem: str) -> None:
    with pytest.raises(InvalidReferenceError) as caught:
        parse(text)
    assert str(caught.value) == f"invalid reference: {problem}"


def test_targets() -> None:
    hub = parse_target("docker.io/library/x")
    assert (hub.host, hub.registry, str(hub)) == ("registry-1.docker.io", "docker.io", "docker.io/library/x")
    assert str(hub.at(DIGEST)) == f"docker.io/library/x@{DIGEST}"
    assert str(parse_target(f"h/a:dropped!@{DIGEST}")) == f"h/a@{DIGEST}"
    assert str(hub.replace(repository="")) == "docker.io"
    assert str(InvalidReferenceError()) == "invalid reference"


def test_registries() -> None:
    check_registry("localhost:5000")
    with pytest.raises(InvalidReferenceError, match="invalid registry"):
        check_registry("h/a")


def test_kinds() -> None:
    assert is_oci("oci://h/a")
    assert not is_oci("OCI://h/a")
    assert is_digest(DIGEST)
    assert not is_digest("1.0.0")


def test_names_of_plugins() -> None:
    assert plugin_name("oci://h/a/b/name:1.0") == "name"
    with pytest.raises(RegistryError) as caught:
        plugin_name("name")
    assert str(caught.value) == "invalid OCI reference: invalid reference: missing registry or repository"
