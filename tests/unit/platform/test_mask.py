"""What is hidden of a release."""

from __future__ import annotations

import base64

import pytest

from hivehelm.platform.mask import MASK, Mask

SECRET = "correct-horse"  # noqa: S105
MANIFEST = f"""---
# Source: web/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: web
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{{"data": 1}}'
data:
  password: {base64.b64encode(SECRET.encode()).decode()}
  binary: /////w==
stringData:
  user: admin
---
# Source: web/templates/config.yaml
apiVersion: v1
kind: ConfigMap
data:
  url: "http://web:{SECRET}@db"
  mode: admin
"""


def test_secrets_are_hidden_and_the_rest_is_as_it_was() -> None:
    shown = Mask(MANIFEST).manifest()
    secret, config = shown.split("---\n")[1:]
    assert "# Source: web/templates/secret.yaml" in secret
    assert "name: web" in secret
    assert secret.count(MASK) == 4
    for text in (SECRET, base64.b64encode(SECRET.encode()).decode(), "/////w==", "admin", '"data": 1'):
        assert text not in secret
    assert config == MANIFEST.split("---\n")[2].replace(SECRET, MASK)


def test_what_is_secret_is_so_in_hooks_too() -> None:
    hooks = (
        f"kind: Job\nspec: {SECRET}\n",
        "kind: Secret\nstringData: {key: opens-the-door}\n",
        "kind: Pod\nspec: x\n",
    )
    mask = Mask(MANIFEST + "# opens-the-door\n", hooks)
    assert mask.manifest() == Mask(MANIFEST).manifest() + f"# {MASK}\n"
    job, secret, pod = mask.hooks()
    assert job == f"kind: Job\nspec: {MASK}\n"
    assert f"key: '{MASK}'" in secret
    assert pod == hooks[2]
    assert mask.text("opens-the-door") == MASK


def test_a_manifest_without_secrets_is_as_it_was() -> None:
    manifest = "---\nkind: ConfigMap\n---\n# SecretStore\nkind: SecretStore\nspec: {a:   b}\n"
    assert Mask(manifest).manifest() == manifest


@pytest.mark.parametrize(
    "manifest",
    [
        '{"kind": "Secret", "stringData": {"a": "correct-horse"}}',
        "kind: Secret\ndata: correct-horse\n",
        "kind: List\nitems:\n- kind: Secret\n  stringData: {a: correct-horse}\n",
        "--- \nkind: Secret\nstringData: {a: correct-horse}\n",
        "---\nkind: ConfigMap\n--- # second\nkind: Secret\nstringData:\n  a: |\n    correct-horse\n",
        "kind: Secret\nstringData: {a: correct-horse\n",
        "- kind: Secret\n  stringData: {a: correct-horse}\n",
        "kind: Secret\nstringData: {a: {b: correct-horse}}\n",
    ],
)
def test_however_it_is_written(manifest: str) -> None:
    assert SECRET not in Mask(manifest).manifest()


def test_values_that_are_in_a_secret_are_hidden() -> None:
    given = {"a": {"b": [SECRET, f"x {SECRET} y", "admin", "adm"]}, "c": 7, "d": True, "e": None, "f": ""}
    assert Mask(MANIFEST).values(given) == {
        "a": {"b": [MASK, f"x {MASK} y", MASK, "adm"]},
        "c": 7,
        "d": True,
        "e": None,
        "f": "",
    }
    assert given["a"] == {"b": [SECRET, f"x {SECRET} y", "admin", "adm"]}


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "adminPassword",
        "POSTGRES_PASSWORD",
        "apiKey",
        "secret",
        "token",
        "privateKey",
        "api_key",
        "clientSecret",
        "accessKey",
        "passphrase",
        "credentials",
        "htpasswd",
        "connectionString",
    ],
)
def test_values_that_are_called_secret_are_hidden(name: str) -> None:
    mask = Mask("")
    assert mask.values({name: "x"}) == {name: MASK}
    assert mask.values({name: 12345}) == {name: MASK}
    assert mask.values({"auth": {name: {"below": ["x"]}}}) == {"auth": {name: {"below": [MASK]}}}
    assert mask.values({"env": [{"name": name, "value": "x"}]}) == {"env": [{"name": name, "value": MASK}]}
    assert mask.values({name: True, "b": {name: None}}) == {name: True, "b": {name: None}}


@pytest.mark.parametrize(
    "name", ["existingSecret", "secretName", "passwordFile", "tokenPath", "image", "replicas"]
)
def test_what_only_names_a_secret_is_shown(name: str) -> None:
    assert Mask("").values({name: "x"}) == {name: "x"}


def test_values_that_look_secret_are_hidden() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nabc\n"
    given = {"a": key, "b": "postgres://bob:pass@db/x", "c": "https://example.com/a:b@c"}
    assert Mask("").values(given) == {
        "a": MASK,
        "b": f"postgres://{MASK}@db/x",
        "c": "https://example.com/a:b@c",
    }


def test_notes_are_hidden_in() -> None:
    mask = Mask(MANIFEST)
    assert mask.text(f"Log in as admin with {SECRET}.") == f"Log in as admin with {MASK}."
    assert Mask("").text("Nothing to hide.") == "Nothing to hide."
