"""Archives are signed with keys of all kinds, locked in all ways; Sequoia, another OpenPGP, reads that."""

from __future__ import annotations

import pytest
from pysequoia import Cert, CipherSuite, Profile, SignatureMode, Tsk
from pysequoia import sign as sequoia_sign
from pysequoia import verify as sequoia_verify
from tests.cases.provenance import ARCHIVE, NAME, SUM, TEXT
from tests.openpgp import Key, certificate, claim, integer, number, packet, subpacket

from hivehelm.provenance import s2k, secretkey
from hivehelm.provenance.ciphers import SealError
from hivehelm.provenance.errors import (
    DummyKeyError,
    InvalidArgumentError,
    KeyringError,
    MismatchedKeyError,
    ProvenanceError,
    SigningError,
    StructuralError,
    TooLargeError,
    UnsupportedError,
)
from hivehelm.provenance.octets import Octets
from hivehelm.provenance.publickey import PointError
from hivehelm.provenance.sign import sign
from hivehelm.provenance.signatory import Signatory
from hivehelm.provenance.signer import text_signature
from hivehelm.provenance.verify import verify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

METADATA = b"apiVersion: v2\nname: c\nversion: 0.1.0\n"
ED = Key("eddsa")
NUMBERS = ("rsa", "rsa-sign", "dsa", "p256", "p384", "p521", "k256", "brainpool")
KINDS = (*NUMBERS, "eddsa", "eddsa448", "ed25519", "ed448")


def locked(key: Key, passphrase: bytes = b"secret", **how: Any) -> bytes:
    return key.secret(passphrase, **how) + claim(key, NAME.encode())


@pytest.fixture
def place(tmp_path: Path) -> Callable[[bytes], str]:
    """Return what writes a keyring and gives its path; the archive is beside it."""
    (tmp_path / "c-0.1.0.tgz").write_bytes(ARCHIVE)

    def keyring(data: bytes) -> str:
        (tmp_path / "ring").write_bytes(data)
        return str(tmp_path / "ring")

    return keyring


def signed(ring: str, key: str = "Ann", passphrase: Any = b"secret") -> str:
    archive = ring.replace("ring", "c-0.1.0.tgz")
    text = sign(archive, METADATA, ring, key, passphrase)
    with open(f"{archive}.prov", "w", encoding="utf-8") as file:
        file.write(text)
    found = verify(archive, f"{archive}.prov", ring)
    assert (found.file_name, found.file_hash, found.signed_by) == ("c-0.1.0.tgz", f"sha256:{SUM}", (NAME,))
    return text


@pytest.mark.parametrize("kind", KINDS)
def test_keys_of_a_kind_sign(place: Callable[[bytes], str], kind: str) -> None:
    text = signed(place(certificate(Key(kind), NAME, secret=True)))
    assert text.startswith(f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{TEXT}\n-----BEGIN PGP SIGN")
    assert text.endswith("\n-----END PGP SIGNATURE-----")


def test_a_key_of_version_6_signs(place: Callable[[bytes], str]) -> None:
    """Its signature says the hash itself."""
    text = signed(place(certificate(Key("ed25519", version=6), NAME, secret=True)))
    assert text.startswith(f"-----BEGIN PGP SIGNED MESSAGE-----\n\n{TEXT}")


LOCKS: tuple[dict[str, Any], ...] = (
    {},
    {"usage": 255},
    {"mode": 0},
    {"mode": 1, "hashed_with": 10},
    {"cipher": 7, "hashed_with": 2},
    {"cipher": 8, "hashed_with": 11},
    {"cipher": 3},
    {"cipher": 2},
    {"usage": 253},
    {"usage": 253, "aead": 1},
    {"usage": 253, "aead": 3},
    {"usage": 253, "mode": 4},
)


@pytest.mark.parametrize("how", LOCKS, ids=str)
def test_locked_keys_sign(place: Callable[[bytes], str], how: dict[str, Any]) -> None:
    asked = []

    def passphrase(name: str) -> bytes:
        asked.append(name)
        return b"secret"

    signed(place(locked(ED, **how)), passphrase=passphrase)
    assert asked == [NAME]


@pytest.mark.parametrize("how", LOCKS, ids=str)
def test_the_wrong_passphrase_is_not_in_the_error(place: Callable[[bytes], str], how: dict[str, Any]) -> None:
    with pytest.raises((StructuralError, SealError)) as caught:
        signed(place(locked(ED, **how)), passphrase=b"hunter2")
    texts = {
        253: ("crypto/eax: Tag", "crypto/ocb: Tag", "cipher: message authentication failed"),
    }.get(how.get("usage", 0), ("openpgp: invalid data: private key checksum failure",))
    assert str(caught.value).startswith(texts)
    assert "hunter" not in str(caught.value)


def test_a_locked_key_of_version_6(place: Callable[[bytes], str]) -> None:
    key = Key("ed25519", version=6)
    direct = packet(2, key.signature(0x1F, key.hashed, subpacket(27, b"\3")))
    signed(place(key.secret(b"secret") + direct + claim(key, NAME.encode())))


@pytest.mark.parametrize(
    ("key", "data", "text"),
    [
        ("rsa", integer(5) * 3, "invalid key: crypto/rsa: p * q != n"),
        ("dsa", integer(5), "invalid key: dsa: mismatching values"),
        ("p256", integer(5), "invalid key: ecc (P-256): invalid point"),
        ("k256", integer(0), "invalid key: ecc (secp256k1): invalid point"),
        ("eddsa", integer(5), "invalid key: ecc: invalid ed25519 secret"),
        ("eddsa448", integer(b"\x40" + b"\xff" * 57), "invalid key: ecc: invalid ed448 secret"),
        ("ed25519", bytes(32), "invalid key: ed25519: invalid ed25519 public key"),
        ("ed448", bytes(57), "invalid key: ed448: invalid ed448 public key"),
        ("ed448", bytes(5), "invalid data: wrong ed448 key size"),
        ("x25519", bytes(5), "invalid data: wrong x25519 key size"),
    ],
)
def test_secrets_of_other_keys(key: str, data: bytes, text: str) -> None:
    """Of an unlocked one Helm says what does not fit, of a locked one that something does not."""
    secret = secretkey.SecretKey()
    with pytest.raises((MismatchedKeyError, StructuralError)) as caught:
        secret.parse(Octets(Key(key).secret(data=data)[6:]))
    assert str(caught.value) == f"openpgp: {text}"
    secret = secretkey.SecretKey()
    secret.parse(Octets(Key(key).secret(b"x", data=data)[6:]))
    with pytest.raises((MismatchedKeyError, StructuralError)) as caught:
        secret.unlock(b"x")
    assert str(caught.value).startswith("openpgp: invalid")


@pytest.mark.parametrize(("kind", "data"), [("eddsa", b"\xff" * 33), ("eddsa448", b"\x40" + bytes(3))])
def test_scalars_of_other_sizes(kind: str, data: bytes) -> None:
    with pytest.raises(PointError, match=r"^eddsa: failed to parse scalar$"):
        secretkey.SecretKey().parse(Octets(Key(kind).secret(data=integer(data))[6:]))


def test_numbers_of_rsa_that_fit_only_partly() -> None:
    numbers = Key("rsa").private.private_numbers()
    data = integer(5) + integer(numbers.p) + integer(numbers.q)
    with pytest.raises(MismatchedKeyError, match=r"^openpgp: invalid key: crypto/rsa: invalid CRT exponent$"):
        secretkey.SecretKey().parse(Octets(Key("rsa").secret(data=data)[6:]))


def test_a_modulus_that_cryptography_does_not_take() -> None:
    """Its exponent is one."""
    body = b"\4" + number(0) + b"\1" + integer(5 * 11) + integer(1)
    secrets = integer(21) + integer(5) + integer(11)
    data = secrets + (sum(secrets) & 0xFFFF).to_bytes(2, "big")
    with pytest.raises(MismatchedKeyError, match="crypto/rsa: invalid private key"):
        secretkey.SecretKey().parse(Octets(body + b"\0" + data))


def test_keys_that_cannot_sign(place: Callable[[bytes], str]) -> None:
    public = place(certificate(ED, NAME))
    with pytest.raises(KeyringError, match=r"^provided key is not a private key\. Try providing a keyring"):
        signed(public)
    with pytest.raises(KeyringError, match=r"^private key not found$"):
        signed(public, key="Nobody")
    with pytest.raises(KeyringError, match=r"^private key not found$"):
        Signatory([]).clear_sign(SUM, "c", b"")
    dummy = place(ED.dummy() + claim(ED, NAME.encode()))
    with pytest.raises(SigningError, match=r"^failed to either sign or armor message block: openpgp: s2k"):
        signed(dummy)
    signatory = Signatory.from_keyring(place(locked(ED)), "Ann")
    with pytest.raises(InvalidArgumentError, match=r"signing key [0-9A-F]{16} is encrypted$"):
        signatory.clear_sign(SUM, "c", b"")


def test_the_secrets_of_a_stub() -> None:
    stub = secretkey.SecretKey()
    stub.parse(Octets(ED.dummy()[6:]))
    with pytest.raises(DummyKeyError):
        stub.unlock(b"")
    with pytest.raises(DummyKeyError):
        text_signature(stub, b"", 0)


def test_a_key_that_is_not_locked_stays_as_it_is() -> None:
    key = secretkey.SecretKey()
    key.parse(Octets(ED.secret()[6:]))
    key.unlock(b"whatever")
    assert not key.encrypted


def test_a_secret_to_decrypt_with_is_only_read() -> None:
    key = secretkey.SecretKey()
    key.parse(Octets(Key("x25519").secret()[6:]))
    assert len(key.secret) == 32


def test_a_modulus_with_no_room_for_the_hash() -> None:
    """Found when it signs: Go's library loses the error, and fails a step later."""

    class Small:
        def sign(self, *_: object) -> bytes:
            raise ValueError("too small")

    key = secretkey.SecretKey()
    key.parse(Octets(Key("rsa").secret()[6:]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hivehelm.provenance.signer.private_key", lambda _: Small())
        with pytest.raises(InvalidArgumentError, match="need to call Sign, SignUserId or SignKey before"):
            text_signature(key, b"", 0)


def test_names_of_several_keys(place: Callable[[bytes], str]) -> None:
    other = certificate(Key("eddsa", 1), "Ann Second <second@example.com>", secret=True)
    ring = place(certificate(ED, NAME, secret=True) + other)
    with pytest.raises(KeyringError, match=r'^more than one key contain the id "Ann"$'):
        signed(ring)
    signed(ring, key=NAME)
    signed(ring, key="ann@")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x63", "unsupported feature: deprecated s2k function in private key"),
        (b"\xfe\x63", "unsupported feature: unsupported cipher function in private key"),
        (b"\xfd\x09\x63", "unsupported feature: unsupported aead mode in private key"),
        (b"\xfe\x09\x63", "unsupported feature: S2K function"),
        (b"\xfe\x09\x00\x63", "unsupported feature: hash for S2K function: 99"),
        (b"\xfe\x09\x65\x00GNU\x03", "unsupported feature: GNU S2K extension"),
        (
            b"\xfe\x09\x04" + bytes(16) + b"\1\1\5",
            "invalid data: using Argon2 S2K without AEAD is not",
        ),
        (
            b"\xfd\x09\x02\x04" + bytes(16) + b"\1\0\5",
            "invalid data: invalid argon2 params: parallelism is",
        ),
        (b"\xfd\x09\x02\x04" + bytes(16) + b"\0\1\5", "invalid data: invalid argon2 params: iterations is 0"),
        (
            b"\xfd\x09\x02\x04" + bytes(16) + b"\1\1\2",
            "invalid data: invalid argon2 params: memory is",
        ),
        (b"\xfd\x09\x02\x04" + bytes(16) + b"\1\1\x20", "invalid data: invalid argon2 params: memory is out"),
        (b"\xfe\x00\x00\x08", "unsupported feature: unsupported cipher in private key: 0"),
        (b"\x00\x01", "invalid data: truncated private key data"),
        (b"\x00\x01\x00\x00", "invalid data: private key checksum failure"),
    ],
)
def test_locks_that_are_not_known(data: bytes, text: str) -> None:
    with pytest.raises(ProvenanceError) as caught:
        secretkey.SecretKey().parse(Octets(ED.body + data))
    assert str(caught.value).startswith(f"openpgp: {text}")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xff\x0a", "wrong s2k identifier for version 6"),
        (b"\xfe\x0a\x09\x02\x00\x08", "using Simple S2K with version 6 keys is not allowed"),
    ],
)
def test_locks_that_version_6_has_no_more(data: bytes, text: str) -> None:
    with pytest.raises(StructuralError) as caught:
        secretkey.SecretKey().parse(Octets(Key("ed25519", version=6).body + data))
    assert caught.value.detail == text


@pytest.mark.parametrize(("usage", "size"), [(b"\xfe", 5), (b"\xff", 1)])
def test_locked_secrets_that_are_too_short(usage: bytes, size: int) -> None:
    key = secretkey.SecretKey()
    key.parse(Octets(ED.body + usage + b"\x09\x00\x08" + bytes(16) + bytes(size)))
    with pytest.raises(StructuralError, match="truncated private key data"):
        key.unlock(b"")


def test_a_secret_that_is_encrypted_with_nothing() -> None:
    """Helm falls over it."""
    key = secretkey.SecretKey()
    key.parse(Octets(ED.body + b"\xfd\0\2\0\x08" + bytes(40)))
    with pytest.raises(UnsupportedError, match="unsupported cipher in private key: 0"):
        key.unlock(b"")


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ((23, 11, 1, 5), "dsa: invalid group"),
        ((23, 11, 4, 1), "dsa: invalid group"),
        ((23, 11, 24, 5), "dsa: invalid group"),
        ((11, 23, 4, 5), "dsa: invalid group prime"),
        ((23, 11, 4, 5), "dsa: invalid order"),
        ((2**200, 2**160, 4, 5), "dsa: invalid order"),
        ((2**5000 + 1, 2**160, 4, 5), "dsa: mismatching values"),
    ],
)
def test_groups_of_dsa(numbers: tuple[int, ...], text: str) -> None:
    body = b"\4" + number(0) + b"\x11" + b"".join(integer(one) for one in numbers)
    secret = integer(3)
    data = secret + (sum(secret) & 0xFFFF).to_bytes(2, "big")
    with pytest.raises(MismatchedKeyError) as caught:
        secretkey.SecretKey().parse(Octets(body + b"\0" + data))
    assert caught.value.detail == text


def test_what_argon2_may_take_is_bounded() -> None:
    """A keyring cannot ask for a terabyte."""
    lock = s2k.Derivation.read(Octets(b"\4" + bytes(16) + b"\2\1\x15"))
    with pytest.raises(TooLargeError):
        lock.key(b"", 16)


def test_an_empty_passphrase_without_salt() -> None:
    """Nothing is hashed then, and the key is that of nothing."""
    import hashlib

    assert s2k.Derivation.read(Octets(b"\0\x08")).key(b"", 32) == hashlib.sha256().digest()


@pytest.mark.parametrize("suite", [CipherSuite.Cv25519, CipherSuite.P256, CipherSuite.RSA2k])
@pytest.mark.parametrize("profile", [Profile.RFC4880, Profile.RFC9580])
def test_what_sequoia_signs(place: Callable[[bytes], str], suite: Any, profile: Any) -> None:
    """Its keys sign with a subkey."""
    key = Tsk.generate(NAME, cipher_suite=suite, profile=profile)
    data = sequoia_sign(key.signer(), TEXT.encode(), mode=SignatureMode.CLEAR)
    ring = place(bytes(key.extract_certificate()))
    archive = ring.replace("ring", "c-0.1.0.tgz")
    with open(f"{archive}.prov", "wb") as file:
        file.write(data)
    assert verify(archive, f"{archive}.prov", ring).signed_by == (NAME,)


@pytest.mark.parametrize("kind", ["rsa", "p256", "p384", "p521", "eddsa", "ed25519"])
def test_sequoia_verifies(place: Callable[[bytes], str], kind: str) -> None:
    key = Key(kind)
    text = signed(place(certificate(key, NAME, secret=True)))
    store = [Cert.from_bytes(certificate(key, NAME))]
    # Sequoia takes the line break before the signature for the signature's, as the standard does.
    assert sequoia_verify(text.encode(), store=lambda _: store).bytes == TEXT.encode()


def test_ciphers_of_an_older_cryptography(
    place: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has CFB among those that are not old yet."""
    import sys
    import types

    from cryptography.hazmat.decrepit.ciphers import modes

    monkeypatch.setitem(sys.modules, "cryptography.hazmat.decrepit.ciphers.modes", None)
    older = types.ModuleType("modes")
    older.__dict__["CFB"] = modes.CFB
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.modes", older)
    signed(place(locked(ED)))
