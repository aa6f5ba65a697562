"""Users of the cluster, as its reviews tell of them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from hivehelm.api.auth.errors import AccessUnavailableError, ForbiddenError, UnauthenticatedError
from hivehelm.api.auth.identity import Identity
from hivehelm.api.auth.kubernetes import BAD, GOOD, ClusterUsers
from hivehelm.kube.client import Client
from hivehelm.kube.errors import ApiError, RequestError

USER = {"username": "ann", "uid": "u1", "groups": ["dev"], "extra": {"k": ["v"]}}


class Reviews(Client):
    """A cluster that only reviews: `users` by token, and what is `allowed` as (user, verb, namespace)."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Any]] = {"good": USER}
        self.allowed: set[tuple[str, str, str]] = set()
        self.asked: list[dict[str, Any]] = []
        self.failure: Exception | None = None
        self.status: dict[str, Any] = {}

    def until(self, deadline: float | None) -> Client:
        assert deadline is not None
        assert deadline < time.monotonic() + 10
        return self

    def create(self, obj: dict[str, Any], namespace: str = "", **_: Any) -> dict[str, Any]:
        self.asked.append(obj)
        if self.failure is not None:
            raise self.failure
        spec = obj["spec"]
        if obj["kind"] == "TokenReview":
            user = self.users.get(spec["token"])
            found = {"authenticated": True, "user": user} if user else {"user": {}, "error": "no"}
            return {**obj, "status": found | self.status}
        attributes = spec["resourceAttributes"]
        assert attributes["resource"] == "secrets"
        key = (spec["user"], attributes["verb"], attributes["namespace"])
        return {**obj, "status": {"allowed": key in self.allowed} | self.status}


class Setting:
    def __init__(self, **options: Any) -> None:
        self.reviews = Reviews()
        self.now = 0.0
        self.users = ClusterUsers(lambda: self.reviews, "hivemind-system", clock=lambda: self.now, **options)

    def verify(self, token: str) -> Identity:
        return asyncio.run(self.users.verify(token))


def test_the_cluster_says_whose_a_token_is() -> None:
    setting = Setting()
    assert setting.users.knows("anything")
    identity = setting.verify("good")
    assert (identity.name, identity.groups, identity.method) == ("ann", ("dev",), "kubernetes")
    assert identity.who()["impersonate"] == {
        "user": "ann",
        "uid": "u1",
        "groups": ["dev"],
        "extra": {"k": ["v"]},
    }
    assert setting.verify("good") is identity
    assert len(setting.reviews.asked) == 1
    setting.now += GOOD + 1
    setting.reviews.users.clear()
    with pytest.raises(UnauthenticatedError):
        setting.verify("good")


def test_strangers_are_remembered_for_a_while() -> None:
    setting = Setting()
    for _ in range(3):
        with pytest.raises(UnauthenticatedError):
            setting.verify("bad")
    assert len(setting.reviews.asked) == 1
    assert setting.users.knows_already("bad")
    setting.now += BAD + 1
    assert not setting.users.knows_already("bad")


@pytest.mark.parametrize(
    "status",
    [{"authenticated": False}, {"authenticated": "true"}, {"error": "odd"}, {"user": {}}, {"user": None}],
)
def test_half_an_answer_lets_nobody_in(status: dict[str, Any]) -> None:
    setting = Setting()
    setting.reviews.status = status
    with pytest.raises(UnauthenticatedError):
        setting.verify("good")


def test_tokens_must_be_for_us_where_that_is_asked_for() -> None:
    setting = Setting(audiences=["hivemind"])
    with pytest.raises(UnauthenticatedError):
        setting.verify("good")
    setting = Setting(audiences=["hivemind"])
    setting.reviews.status = {"audiences": ["hivemind"]}
    assert setting.verify("good").name == "ann"
    assert setting.reviews.asked[0]["spec"]["audiences"] == ["hivemind"]


def test_the_cluster_says_what_a_user_may() -> None:
    setting = Setting()
    setting.reviews.allowed = {("ann", "list", "shop"), ("ann", "create", "shop"), ("ann", "list", "pay")}
    identity = setting.verify("good")
    assert identity.sees("shop")
    assert identity.may("deployer", "shop")
    assert identity.sees("pay")
    assert not identity.may("deployer", "pay")
    assert not identity.everywhere
    assert not identity.may("admin")
    assert identity.somewhere("admin")  # only asking can tell
    with pytest.raises(ForbiddenError):
        identity.check("viewer", "kube-system")
    assert setting.reviews.asked[-1]["spec"]["groups"] == ["dev"]
    assert setting.reviews.asked[-1]["spec"]["extra"] == {"k": ["v"]}


def test_an_admin_is_who_may_change_what_is_the_platforms() -> None:
    setting = Setting()
    setting.reviews.allowed = {("ann", "update", "hivemind-system")}
    identity = setting.verify("good")
    assert identity.may("admin")
    assert identity.may("admin", "whatever")
    assert not identity.may("deployer", "shop")


def test_who_has_it_everywhere_is_not_asked_about_each() -> None:
    setting = Setting()
    setting.reviews.allowed = {("ann", "list", "")}
    identity = setting.verify("good")
    assert identity.everywhere
    before = len(setting.reviews.asked)
    assert all(identity.sees(f"namespace-{number}") for number in range(20))
    assert len(setting.reviews.asked) == before


def test_rights_are_asked_for_again_after_seconds() -> None:
    setting = Setting()
    setting.reviews.allowed = {("ann", "list", "shop")}
    identity = setting.verify("good")
    assert identity.sees("shop")
    setting.reviews.allowed.clear()
    assert identity.sees("shop")
    setting.now += GOOD + 1
    assert not identity.sees("shop")


def test_a_denial_counts_more_than_a_permission() -> None:
    setting = Setting()
    setting.reviews.allowed = {("ann", "list", "shop")}
    identity = setting.verify("good")
    setting.reviews.status = {"denied": True}
    assert not identity.sees("shop")


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (ApiError(403, "Forbidden", "no"), "may not create TokenReviews"),
        (ApiError(500, "InternalError", "no"), "refuses to"),
        (RequestError("POST", "https://x", OSError("gone")), "does not answer"),
    ],
)
def test_nobody_is_let_in_while_the_cluster_does_not_say(failure: Exception, message: str) -> None:
    setting = Setting()
    setting.reviews.failure = failure
    with pytest.raises(AccessUnavailableError, match=message) as raised:
        setting.verify("good")
    assert "good" not in str(raised.value)
    setting.reviews.failure = None
    assert setting.verify("good").name == "ann"


def test_an_identity_without_a_user_has_no_rights() -> None:
    assert not Setting().users.allows(Identity(name="x"), "viewer", "shop")
