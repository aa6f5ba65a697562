"""What goes wrong with keys and signatures, in the words of Helm and of its OpenPGP library."""

from __future__ import annotations

from hivehelm.errors import HivehelmError


class ProvenanceError(HivehelmError):
    """A keyring, a signature or what it signs cannot be used."""


class ProvenanceFileError(ProvenanceError):
    """The system refuses `call` on `path`; `problem` is its word for it."""

    def __init__(self, call: str, path: str, error: OSError) -> None:
        import os

        self.call, self.path = call, path
        self.problem = os.strerror(error.errno).lower() if error.errno else str(error)
        super().__init__(f"{call} {path}: {self.problem}")


class TooLargeError(ProvenanceError):
    """A file has more bytes, or a keyring more work, than is taken."""


class KeyringError(ProvenanceError):
    """A keyring's container is broken, or no key of it is the one that is meant."""


class VerificationError(ProvenanceError):
    """An archive is not what was signed, or nothing was."""


class SigningError(ProvenanceError):
    """A key cannot make the signature; `cause` says why."""

    def __init__(self, cause: OpenPGPError) -> None:
        super().__init__(f"failed to either sign or armor message block: {cause}")
        self.cause = cause


class TruncatedError(ProvenanceError):
    """Data end amid something (Go's `io.ErrUnexpectedEOF`)."""

    def __init__(self) -> None:
        super().__init__("unexpected EOF")


class OpenPGPError(ProvenanceError):
    """Base of what the OpenPGP library says."""


class StructuralError(OpenPGPError):
    """Data are no OpenPGP; `detail` says why."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"openpgp: invalid data: {detail}")
        self.detail = detail


class UnsupportedError(OpenPGPError):
    """Data are OpenPGP that is not understood; `detail` says what."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"openpgp: unsupported feature: {detail}")
        self.detail = detail


class UnsupportedDataError(UnsupportedError):
    """What is not understood is a message's data: nothing after it is read."""


class AEADError(OpenPGPError):
    """Data that are encrypted and authenticated do not say how."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"openpgp: aead error: {detail}")
        self.detail = detail


class CompressionError(ProvenanceError):
    """Compressed data do not begin as such do."""


class UnknownPacketError(OpenPGPError):
    """A packet's type, the number `tag`, is not known; it may be skipped, or not if it is `critical`."""

    def __init__(self, tag: int, *, critical: bool = False) -> None:
        super().__init__(f"openpgp: unknown {'critical ' if critical else ''}packet type: {tag}")
        self.tag, self.critical = tag, critical


class InvalidArgumentError(OpenPGPError):
    """A key is asked for what it cannot do; `detail` says what."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"openpgp: invalid argument: {detail}")
        self.detail = detail


class InvalidSignatureError(OpenPGPError):
    """A signature is not of what it is said to be; `detail` says why."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"openpgp: invalid signature: {detail}")
        self.detail = detail


class MismatchedKeyError(OpenPGPError):
    """The secret part of a key does not belong to the public one."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"openpgp: invalid key: {detail}")
        self.detail = detail


class DummyKeyError(OpenPGPError):
    """A key's secret part is elsewhere (GnuPG's stubs)."""

    def __init__(self) -> None:
        super().__init__("openpgp: s2k GNU dummy key: dummy key found")


class UnknownSignerError(OpenPGPError):
    """No key of the keyring made the signature."""

    def __init__(self) -> None:
        super().__init__("openpgp: signature made by unknown entity")


class ExpiredKeyError(OpenPGPError):
    """The key that made the signature has expired, or is from the future."""

    def __init__(self) -> None:
        super().__init__("openpgp: key expired")


class ExpiredSignatureError(OpenPGPError):
    """The signature, or one that the key stands on, has expired or is from the future."""

    def __init__(self) -> None:
        super().__init__("openpgp: signature expired")


class RevokedKeyError(OpenPGPError):
    """The key that made the signature was revoked."""

    def __init__(self) -> None:
        super().__init__("openpgp: signature made by revoked key")


class EndOfStreamError(Exception):
    """Data end where something could begin (Go's `io.EOF`); never leaves this room."""
