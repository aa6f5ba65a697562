"""What callers may do."""

from __future__ import annotations

import pytest

from hivehelm.api.auth.errors import ForbiddenError
from hivehelm.api.auth.identity import ROLES, Identity
from hivehelm.kube.connection import Impersonation


@pytest.mark.parametrize("held", ["", *ROLES])
@pytest.mark.parametrize("wanted", ROLES)
def test_a_role_may_what_those_before_it_may(held: str, wanted: str) -> None:
    identity = Identity(name="ann", role=held)
    assert identity.may(wanted, "shop") == (["", *ROLES].index(held) >= ["", *ROLES].index(wanted))
    assert identity.somewhere(wanted) == identity.may(wanted, "shop") == identity.may(wanted)


def test_a_role_in_namespaces_is_for_those_alone() -> None:
    identity = Identity(name="ann", role="deployer", namespaces=("shop", "pay"))
    assert identity.sees("shop")
    assert identity.may("deployer", "pay")
    assert not identity.sees("kube-system")
    assert not identity.everywhere
    assert not identity.may("deployer")
    assert identity.somewhere("deployer")
    assert not identity.somewhere("admin")


def test_an_admin_of_some_namespaces_is_none() -> None:
    identity = Identity(name="ann", role="admin", namespaces=("shop",))
    assert identity.may("deployer", "shop")
    assert not identity.may("admin", "shop")
    assert not identity.may("admin")
    assert not identity.somewhere("admin")


def test_roles_add_up() -> None:
    more = (("viewer", ()), ("deployer", ("pay",)))
    identity = Identity(name="ann", role="deployer", namespaces=("shop",), more=more)
    assert identity.everywhere
    assert identity.may("deployer", "shop")
    assert identity.may("deployer", "pay")
    assert not identity.may("deployer", "other")


def test_the_refusal_says_what_it_takes() -> None:
    identity = Identity(name="ann", role="viewer")
    identity.check("viewer", "shop")
    with pytest.raises(
        ForbiddenError, match=r'^"ann" needs the role deployer in namespace "shop"$'
    ) as raised:
        identity.check("deployer", "shop")
    assert (raised.value.status, raised.value.role, raised.value.namespace) == (403, "deployer", "shop")
    with pytest.raises(ForbiddenError, match=r'^"ann" needs the role admin$'):
        identity.check("admin")


def test_operations_keep_whom_to_act_as_and_no_more() -> None:
    anywhere = Identity(name="ci", groups=("a",), role="deployer", method="token").who()
    assert anywhere == {"name": "ci", "groups": ["a"], "method": "token"}
    confined = Identity(name="ci", role="deployer", namespaces=("shop",), more=(("viewer", ()),)).who()
    assert confined["namespaces"] == ["shop"]
    assert Identity(name="ci", role="viewer").who()["namespaces"] == []
    user = Impersonation(user="bob", uid="7", groups=("g",), extra={"k": ("v",)})
    assert Identity(name="bob", user=user).who()["impersonate"] == {
        "user": "bob",
        "uid": "7",
        "groups": ["g"],
        "extra": {"k": ["v"]},
    }


def test_places() -> None:
    assert Identity(name="a", role="viewer").places() is None
    assert Identity(name="a", role="viewer").places("deployer") == ()
    more = (("viewer", ("pay", "shop")), ("viewer", ("other",)))
    assert Identity(name="a", role="deployer", namespaces=("shop",), more=more).places() == (
        "shop",
        "pay",
        "other",
    )
    assert Identity(name="a", role="deployer", namespaces=("shop",), more=(("viewer", ()),)).places() is None
    assert Identity(name="a").places() == ()
