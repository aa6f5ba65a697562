"""Records in ConfigMaps, for who asks for it (pkg/storage/driver/cfgmaps.go)."""

from __future__ import annotations

from hivehelm.release.drivers.objects import ObjectDriver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class ConfigMaps(ObjectDriver):
    """A ConfigMap for each record."""

    kind = "ConfigMap"

    def failure(self, action: str, text: str, cause: Exception) -> Exception:
        """Return `cause`: unlike the other driver, this one adds nothing to it."""
        return cause

    def pack(self, record: bytes) -> dict[str, Any]:
        """Return the ConfigMap's data."""
        return {"data": {"release": record.decode("ascii")}}

    def unpack(self, data: str) -> bytes:
        """Return the record in a ConfigMap's data."""
        return data.encode("utf-8", "surrogateescape")
