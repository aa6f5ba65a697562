"""Who one is to one registry."""

from __future__ import annotations

from hivehelm.record import Record


class Credential(Record):
    """What to log in with: a name and a password, or tokens; all empty for nobody.

    A `refresh_token` is for the token service, an `access_token` for the registry itself.
    """

    username: str = ""
    password: str = ""
    refresh_token: str = ""
    access_token: str = ""

    def __bool__(self) -> bool:
        return bool(self.username or self.password or self.refresh_token or self.access_token)

    def __repr__(self) -> str:
        return f"Credential(username={self.username!r})"


NOBODY = Credential()
