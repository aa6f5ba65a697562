"""Tokens in the cluster."""

from __future__ import annotations

import base64
import json
import time

import pytest

from hivehelm.api.auth.errors import TokenExistsError, UnknownTokenError
from hivehelm.api.auth.token import Token
from hivehelm.api.auth.tokensecrets import LABELS, TYPE, TokenSecrets
from hivehelm.kube.errors import ApiError
from hivehelm.testing.fake_cluster import FakeCluster


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


def secrets(cluster: FakeCluster) -> TokenSecrets:
    client = cluster.client()
    return TokenSecrets(lambda: client, "hivemind-system")


def issue(name: str) -> tuple[Token, str]:
    return Token.issue(name, "deployer", ("shop",), time.time(), 0)


def test_a_token_is_kept_without_itself(cluster: FakeCluster) -> None:
    kept = secrets(cluster)
    assert kept.list() == []
    token, text = issue("ci")
    kept.add(token)  # The namespace is made.
    other, _ = issue("another")
    kept.add(other)
    assert kept.list() == [other, token]
    found = cluster.get("v1", "Secret", "hivemind-token-ci", "hivemind-system")
    assert found is not None
    assert found["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "hivemind"
    assert text not in json.dumps(found) + base64.b64decode(found["data"]["token"]).decode()


def test_names_are_taken_once(cluster: FakeCluster) -> None:
    kept = secrets(cluster)
    kept.add(issue("ci")[0])
    with pytest.raises(TokenExistsError, match='there is a token "ci" already'):
        kept.add(issue("ci")[0])


def test_a_revoked_token_is_gone(cluster: FakeCluster) -> None:
    kept = secrets(cluster)
    kept.add(issue("ci")[0])
    kept.remove("ci")
    assert kept.list() == []
    with pytest.raises(UnknownTokenError, match='there is no token "ci"'):
        kept.remove("ci")


def test_other_secrets_are_neither_read_nor_removed(cluster: FakeCluster) -> None:
    kept = secrets(cluster)
    token, _ = issue("ci")
    kept.add(token)
    client = cluster.client()
    good = base64.b64encode(json.dumps(issue("good")[0].to_json()).encode()).decode()
    for name, kind, data in (
        ("hivemind-token-other", "Opaque", {"token": good}),
        ("hivemind-token-bad", TYPE, {"token": "!"}),
        ("hivemind-token-none", TYPE, None),
        ("hivemind-token-list", TYPE, {"token": base64.b64encode(b"[]").decode()}),
        ("hivemind-token-renamed", TYPE, {"token": good}),
    ):
        metadata = {"name": name, "namespace": "hivemind-system", "labels": LABELS}
        client.create(
            {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": kind, "data": data}
        )
    assert kept.list() == [token]
    with pytest.raises(UnknownTokenError):
        kept.remove("other")


def test_what_the_cluster_refuses_is_said(cluster: FakeCluster) -> None:
    kept = secrets(cluster)
    cluster.refuse("*", "secrets", ApiError(403, "Forbidden", "no"))
    with pytest.raises(ApiError):
        kept.list()
    with pytest.raises(ApiError):
        kept.add(issue("ci")[0])
    with pytest.raises(ApiError):
        kept.remove("ci")
