"""The user's own keyring (`defaultKeyring` of Helm's `pkg/cmd/dependency_build.go`)."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def default_keyring(environ: Mapping[str, str]) -> str:
    """Return GnuPG's public keys: `pubring.gpg`, or `pubring.kbx` where there is only that."""
    home = environ.get("GNUPGHOME")
    if home is None:
        home = os.path.join(environ.get("HOME", ""), ".gnupg")
    legacy = os.path.join(home, "pubring.gpg")
    keybox = os.path.join(home, "pubring.kbx")
    return keybox if not os.path.exists(legacy) and os.path.exists(keybox) else legacy
