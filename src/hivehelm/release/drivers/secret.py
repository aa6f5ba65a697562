"""Records in Secrets, Helm's default (pkg/storage/driver/secrets.go)."""

from __future__ import annotations

from hivehelm.release.drivers.objects import ObjectDriver
from hivehelm.release.errors import ReleaseDecodeError, StorageError


class Secrets(ObjectDriver):
    """A Secret of type `helm.sh/release.v1` for each record."""

    kind = "Secret"
    type = "helm.sh/release.v1"

    def failure(self, action: str, text: str, cause: Exception) -> Exception:
        """Return `action: text: cause`."""
        return StorageError(action, text, cause)

    def seal(self, data: bytes) -> str:
        """Return the data once more in base64, as all Secrets' are."""
        from binascii import b2a_base64

        return b2a_base64(data, newline=False).decode("ascii")

    def unseal(self, data: str) -> bytes:
        """Return what was in base64."""
        from binascii import Error, a2b_base64

        try:
            return a2b_base64(data)
        except (Error, ValueError) as error:
            raise ReleaseDecodeError(str(error)) from None
