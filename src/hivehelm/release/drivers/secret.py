"""Records in Secrets, Helm's default (pkg/storage/driver/secrets.go)."""

from __future__ import annotations

from hivehelm.release.drivers.objects import ObjectDriver
from hivehelm.release.errors import ReleaseDecodeError, StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Secrets(ObjectDriver):
    """A Secret of type `helm.sh/release.v1` for each record."""

    kind = "Secret"

    def failure(self, action: str, text: str, cause: Exception) -> Exception:
        """Return `action: text: cause`."""
        return StorageError(action, text, cause)

    def pack(self, record: bytes) -> dict[str, Any]:
        """Return the Secret's type and data, once more in base64 as all Secrets are."""
        from binascii import b2a_base64

        data = b2a_base64(record, newline=False).decode("ascii")
        return {"type": "helm.sh/release.v1", "data": {"release": data}}

    def unpack(self, data: str) -> bytes:
        """Return the record in a Secret's data."""
        from binascii import Error, a2b_base64

        try:
            return a2b_base64(data)
        except (Error, ValueError) as error:
            raise ReleaseDecodeError(str(error)) from None
