# ruff: noqa: E501, ISC004
# Error texts and tables of cases stay in one piece.
from __future__ import annotations

import pytest

from hivehelm.kube.errors import KubeError, ObjectBuildError, ObjectsBuildError, UnmappedError
from hivehelm.kube.resources import MAX_ITEMS, Resource, build, documents
from hivehelm.testing import FakeCluster

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"
MISSING = "\nensure CRDs are installed first"


def made(manifest: str, namespace: str = "", validate: bool = True) -> list[Resource]:
    return build(FakeCluster().client("ns"), manifest, namespace, validate=validate)


def test_documents_become_objects_of_the_namespace() -> None:
    manifest = (
        f"# nothing\n---\n{MAP % 'a'}---   # two\n\n---\n{MAP % 'b'}  \n---\napiVersion: v1\nkind: Namespace\n"
        "metadata: {name: c}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: d, namespace: own}\n"
    )
    found = made(manifest)
    assert [(r.namespace, r.name, str(r.type)) for r in found] == [
        ("ns", "a", "/v1, Kind=ConfigMap"),
        ("ns", "b", "/v1, Kind=ConfigMap"),
        ("", "c", "/v1, Kind=Namespace"),
        ("own", "d", "/v1, Kind=Secret"),
    ]
    assert found[0].object["metadata"] == {"name": "a", "namespace": "ns"}
    assert found[0].key == ("", "ConfigMap", "ns", "a")
    assert made(MAP % "a", "other")[0].namespace == "other"
    assert repr(found[2]) == "Resource(/c /v1, Kind=Namespace)"


def test_numbers_are_whole_where_they_can_be() -> None:
    assert list(documents("a: 1\nb: 1.0\nc: 1.5\nd: [2]\ne: 1e300\nf: true\n")) == [
        {"a": 1, "b": 1, "c": 1.5, "d": [2], "e": 1e300, "f": True}
    ]
    first = next(iter(documents("a: 1\nb: 1e300\n")))
    assert (type(first["a"]), type(first["b"])) == (int, float)


def test_line_ends_of_windows() -> None:
    assert len(made((MAP % "a" + "---\n" + MAP % "b").replace("\n", "\r\n"))) == 2


def test_lists_are_taken_apart() -> None:
    item = "- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n"
    assert [r.name for r in made(f"apiVersion: v1\nkind: List\nitems:\n{item}")] == ["a"]
    assert [
        r.name for r in made("apiVersion: v1\nkind: ConfigMapList\nitems: [{metadata: {name: b}}]\n")
    ] == ["b"]
    assert made("apiVersion: v1\nkind: ConfigMapList\nitems: []\n") == []
    assert [r.name for r in made(f"apiVersion: apps/v1\nkind: List\nitems:\n{item}")] == ["a"]
    with pytest.raises(UnmappedError, match='no matches for kind "List" in version "v9"'):
        made(f"apiVersion: v9\nkind: List\nitems:\n{item}")
    with pytest.raises(UnmappedError, match='no matches for kind "FooList" in version "v1"'):
        made(f"apiVersion: v1\nkind: FooList\nitems:\n{item}")


LIST = "apiVersion: v1\nkind: List\nitems: "
ITEM = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"
BUILDING = 'error validating "": error validating data: '
NO_KIND = "unable to get type info from the object \"*unstructured.Unstructured\": Object 'Kind' is missing in 'object has no kind field '"
NO_VERSION = "unable to get type info from the object \"*unstructured.Unstructured\": Object 'apiVersion' is missing in 'object has no apiVersion field'"


@pytest.mark.parametrize(
    ("manifest", "valid", "invalid"),
    [
        (f"{LIST}5", BUILDING + "invalid object to validate",
         'unable to decode "": json: cannot unmarshal number into Go struct field decodeList.items of type []json.RawMessage'),
        (f"{LIST}[5]", BUILDING + "invalid object to validate",
         'unable to decode "": json: cannot unmarshal number into Go value of type map[string]interface {}'),
        (f"{LIST}[{ITEM}, {{apiVersion: v1, kind: List, items: []}}]",
         "*unstructured.Unstructured is not a list: no Items field in this object",
         "*unstructured.Unstructured is not a list: no Items field in this object"),
        (f"{LIST}[{{kind: ConfigMap}}, {{apiVersion: v1}}, {{apiVersion: v1, kind: Z}}, {{metadata: {{}}}}]",
         BUILDING + "[apiVersion not set, kind not set]",
         f'[{NO_VERSION}, {NO_KIND}, unable to recognize no matches for kind "Z" in version "v1"]'),
        (f"{LIST}[null]\n---\nkind: X\napiVersion: v1", BUILDING + "invalid object to validate",
         f'[{NO_KIND}, resource mapping not found for name: "" namespace: "" from "": no matches for kind "X" in version "v1"{MISSING}]'),
        ("apiVersion: v1\nkind: FooList\nmetadata: {name: f}", *[
         f'resource mapping not found for name: "f" namespace: "" from "": no matches for kind "FooList" in version "v1"{MISSING}'] * 2),
    ],
)  # fmt: skip
def test_faults_of_lists(manifest: str, valid: str, invalid: str) -> None:
    for validate, message in ((True, valid), (False, invalid)):
        with pytest.raises(ObjectBuildError) as caught:
            made(manifest, validate=validate)
        assert str(caught.value) == message


def test_what_has_items_is_a_list_and_what_has_none_is_not() -> None:
    assert made(f"{LIST}null", validate=False) == []
    kind = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\nitems: "
    assert made(f"{kind}null") == []
    assert [one.name for one in made(f"{kind}[{ITEM}, {{metadata: {{name: c}}}}]")] == ["a", "c"]
    found = made(
        f"{LIST}[{{apiVersion: v1, kind: SecretList, items: null}}, {{apiVersion: v1, kind: Secret, metadata: 5}}]"
    )
    assert [(str(one.type), one.name, one.namespace) for one in found] == [
        ("/v1, Kind=SecretList", "", ""),
        ("/v1, Kind=Secret", "", "ns"),
    ]
    assert found[0].type.path() == "/api/v1/secretlists"
    assert found[1].object["metadata"] == {"namespace": "ns"}


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("a: [", "error parsing : error converting YAML to JSON: yaml: line 1: did not find expected node content"),
        ("--- x\n", "error parsing : invalid Yaml document separator: x"),
        ("hello", "unable to decode \"\": couldn't get version/kind; json parse error: json: cannot unmarshal string "
         'into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
         'Kind string "json:\\"kind,omitempty\\"" }'),
        ("a: b", 'error validating "": error validating data: [apiVersion not set, kind not set]'),
        ("apiVersion: v1", 'error validating "": error validating data: kind not set'),
        ("apiVersion: 3\nkind: ConfigMap", 'error validating "": error validating data: apiVersion isn\'t string type'),
        ("apiVersion: a/b/c\nkind: X", 'error validating "": error validating data: unexpected GroupVersion string: a/b/c'),
        ("apiVersion: x/v1\nkind: X\nmetadata: {name: m, namespace: o}",
         'resource mapping not found for name: "m" namespace: "o" from "": no matches for kind "X" in version "x/v1"'
         + MISSING),
        (MAP % "nn".replace("nn", "5"),
         'unable to decode "": json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string'),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: x",
         'unable to decode "": json: cannot unmarshal string into Go struct field PartialObjectMetadata.metadata of '
         "type v1.ObjectMeta"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, labels: {a: 5}}",
         'unable to decode "": json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string'),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, generation: x}",
         'unable to decode "": json: cannot unmarshal string into Go struct field ObjectMeta.metadata.generation of type int64'),
    ],
)  # fmt: skip
def test_faults_read_as_helm_prints_them(manifest: str, message: str) -> None:
    with pytest.raises(ObjectBuildError) as caught:
        made(manifest)
    assert str(caught.value) == message


def test_several_faults_are_told_together() -> None:
    with pytest.raises(ObjectsBuildError) as caught:
        made("apiVersion: x/v1\nkind: X\n---\napiVersion: x/v1\nkind: Z\n")
    assert str(caught.value) == (
        f'[resource mapping not found for name: "" namespace: "" from "": no matches for kind "X" in version '
        f'"x/v1"{MISSING}, resource mapping not found for name: "" namespace: "" from "": no matches for kind '
        f'"Z" in version "x/v1"{MISSING}]'
    )
    assert len(caught.value.errors) == 2


def test_without_validation_the_decoder_complains() -> None:
    with pytest.raises(ObjectBuildError) as caught:
        made("a: b", validate=False)
    assert str(caught.value) == 'unable to decode "": Object \'Kind\' is missing in \'{"a":"b"}\''
    with pytest.raises(KubeError, match="Object 'apiVersion' is missing"):
        made("kind: b", validate=False)
    with pytest.raises(KubeError, match="unable to decode"):
        made("[]", validate=False)


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_ITEMS > 1000
    monkeypatch.setattr("hivehelm.kube.resources.MAX_ITEMS", 1)
    with pytest.raises(ObjectBuildError, match="more than 1 objects"):
        made(f"{MAP % 'a'}---\n{MAP % 'b'}")
