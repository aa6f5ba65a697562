"""Roles that groups of an identity provider stand for."""

from __future__ import annotations

from hivehelm.api.auth.errors import GrantError
from hivehelm.api.auth.identity import ROLES
from hivehelm.record import Record


class Grant(Record):
    """Whoever is in `group` has `role` in `namespaces`, everywhere where there are none."""

    group: str
    role: str
    namespaces: tuple[str, ...] = ()


def grant(text: str) -> Grant:
    """Return what `GROUP=ROLE` or `GROUP=ROLE:NAMESPACE,NAMESPACE` means; the group may have both in it.

    Raises:
        GrantError: it means nothing.
    """
    group, equals, rest = text.rpartition("=")
    role, colon, listed = rest.partition(":")
    namespaces = tuple(each.strip() for each in listed.split(",") if each.strip())
    if not equals or not group or role not in ROLES or (colon and not namespaces):
        raise GrantError(f'"{text}" grants nothing: write GROUP=ROLE or GROUP=ROLE:NAMESPACE,NAMESPACE')
    if role == "admin" and namespaces:
        raise GrantError(f'"{text}": an admin is one of the whole platform: leave the namespaces out')
    return Grant(group=group, role=role, namespaces=namespaces)
