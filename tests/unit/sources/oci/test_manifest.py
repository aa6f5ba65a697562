# ruff: noqa: E501
from __future__ import annotations

import json

import pytest

from hivehelm.chart.model import Dependency, Maintainer, Metadata
from hivehelm.sources.oci import manifest
from hivehelm.sources.oci.errors import RegistryError
from hivehelm.sources.oci.manifest import Descriptor

ONE = {"mediaType": "x", "digest": "d", "size": 1}


@pytest.mark.parametrize(
    ("media_type", "document", "digests"),
    [
        (manifest.MANIFEST, {"config": ONE, "layers": [{**ONE, "digest": "l"}], "subject": {"digest": "s"}}, ["s", "d", "l"]),
        (manifest.DOCKER_MANIFEST, {"config": ONE, "subject": {"digest": "s"}}, ["d"]),
        (manifest.INDEX, {"manifests": [ONE], "subject": {"digest": "s"}}, ["s", "d"]),
        (manifest.DOCKER_LIST, {"manifests": [ONE], "subject": {"digest": "s"}}, ["d"]),
        (manifest.ARTIFACT, {"blobs": [ONE], "subject": {"digest": "s"}}, ["s", "d"]),
        (manifest.ARTIFACT, {"blobs": None}, []),
        (manifest.MANIFEST, None, [""]),
        (manifest.MANIFEST, {"layers": [{**ONE, "mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"}]}, [""]),
        ("text/plain", 5, []),
    ],
)  # fmt: skip
def test_successors(media_type: str, document: object, digests: list[str]) -> None:
    found = manifest.successors(media_type, json.dumps(document).encode())
    assert [one.digest for one in found] == digests


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (b"{", "unexpected end of JSON input"),
        (b"[]", "json: cannot unmarshal array into Go value of type v1.Manifest"),
        (b'{"layers": {}}', "json: cannot unmarshal object into Go struct field Manifest.layers of type []v1.Descriptor"),
        (b'{"layers": [1]}', "json: cannot unmarshal number into Go struct field Manifest of type v1.Descriptor"),
        (b'{"config": {"digest": 1}}', "json: cannot unmarshal number into Go struct field Descriptor.digest of type string"),
        (b'{"config": {"size": "1"}}', "json: cannot unmarshal string into Go struct field Descriptor.size of type int64"),
        (b'{"config": {"size": true}}', "json: cannot unmarshal bool into Go struct field Descriptor.size of type int64"),
        (b'{"config": {"size": 1.5}}', "json: cannot unmarshal number 1.5 into Go struct field Descriptor.size of type int64"),
        (b'{"config": {"size": 1e30}}', "json: cannot unmarshal number 1e+30 into Go struct field Descriptor.size of type int64"),
        (b'{"config": {"annotations": {"a": 1}}}', "json: cannot unmarshal object into Go struct field Descriptor.annotations of type map[string]string"),
    ],
)  # fmt: skip
def test_manifests_that_are_none(document: bytes, problem: str) -> None:
    with pytest.raises(RegistryError) as caught:
        manifest.successors(manifest.MANIFEST, document)
    assert str(caught.value) == problem


def test_manifests_are_written_as_go_writes_them() -> None:
    one = Descriptor(media_type="a<b", digest="d", size=5)
    assert manifest.encode(one, [one], {"z": "1", "a": "ü&"}) == (
        '{"schemaVersion":2,"config":{"mediaType":"a\\u003cb","digest":"d","size":5},'
        '"layers":[{"mediaType":"a\\u003cb","digest":"d","size":5}],'
        '"annotations":{"a":"ü\\u0026","z":"1"}}'.encode()
    )
    assert b"annotations" not in manifest.encode(one, [], {})


def test_configurations_keep_the_order_of_fields() -> None:
    metadata = Metadata(
        name="n",
        version="1.0.0",
        api_version="v2",
        maintainers=[Maintainer(name="N", email="e")],
        annotations={"z": "1", "a": "2"},
        dependencies=[Dependency(name="d", version="1", import_values=[{"parent": "p", "child": "c"}])],
    )
    assert manifest.config_of(metadata) == (
        b'{"name":"n","version":"1.0.0","maintainers":[{"name":"N","email":"e"}],"apiVersion":"v2",'
        b'"annotations":{"a":"2","z":"1"},"dependencies":[{"name":"d","version":"1","repository":"",'
        b'"import-values":[{"child":"c","parent":"p"}]}]}'
    )


def test_annotations() -> None:
    metadata = Metadata(
        name="n",
        version="1.0.0",
        description=" ",
        home="h",
        sources=["s", "t"],
        maintainers=[Maintainer(name="A", email="a@x"), Maintainer(email="b@x"), Maintainer(name="C")],
        annotations={
            "org.opencontainers.image.title": "no",
            "org.opencontainers.image.version": "no",
            "org.opencontainers.image.url": "own",
            "x": "",
        },
    )
    prefix = "org.opencontainers.image."
    assert manifest.annotations_of(metadata, "now") == {
        f"{prefix}title": "n",
        f"{prefix}version": "1.0.0",
        f"{prefix}url": "own",
        f"{prefix}created": "now",
        f"{prefix}source": "s",
        f"{prefix}authors": "A (a@x),  (b@x), C",
        "x": "",
    }
    bare = manifest.annotations_of(Metadata(name="n", version="1.0.0"), "now")
    assert bare == {f"{prefix}title": "n", f"{prefix}version": "1.0.0", f"{prefix}created": "now"}
