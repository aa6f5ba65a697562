"""What getters are told beside a URL."""

from __future__ import annotations

from hivehelm.record import Record


class GetterOptions(Record):
    """How a URL is to be fetched: credentials, and files with certificates."""

    username: str = ""
    password: str = ""
    pass_credentials: bool = False
    cert_file: str = ""
    key_file: str = ""
    ca_file: str = ""

    def __repr__(self) -> str:
        return f"GetterOptions(username={self.username!r}, …)"
