"""The client of registries that flags ask for."""

from __future__ import annotations

import pytest

from hivehelm.sources.errors import SourceError
from hivehelm.sources.registries import check, registry
from hivehelm.sources.stores import Access, Stores


@pytest.mark.parametrize(
    ("access", "problem"),
    [
        (Access(ca_file="nosuch"), "missing registry client: can't create TLS config for client: .*nosuch"),
        (
            Access(cert_file="a", key_file="b"),
            "missing registry client: can't create TLS config for client: ",
        ),
    ],
)
def test_certificates_that_cannot_be_used(access: Access, problem: str) -> None:
    with pytest.raises(SourceError, match=f"^{problem}"):
        check(Stores(), access)


def test_what_nothing_is_wrong_with() -> None:
    check(Stores(), Access(cert_file="nosuch"))
    check(Stores(), Access(insecure=True))
    registry(Stores(), Access(plain_http=True)).close()


def test_passwords_are_not_shown() -> None:
    assert "secret" not in repr(Access(username="u", password="secret"))  # noqa: S106 - of a test
