"""What is no archive, no signature or too large is refused before anything is believed."""

from __future__ import annotations

import re

import pytest
from tests.cases.provenance import ARCHIVE, ED, GOOD, NAME, RSA
from tests.openpgp import CREATED, Key, armored, bind, certificate, claim, integer, number, packet

from hivehelm.provenance import clearsign, entity, keyring, octets, packets
from hivehelm.provenance import verify as module
from hivehelm.provenance.armor import ArmorError, Block, blocks, decode, encode
from hivehelm.provenance.detached import check_detached
from hivehelm.provenance.errors import (
    EndOfStreamError,
    InvalidArgumentError,
    InvalidSignatureError,
    ProvenanceFileError,
    StructuralError,
    TooLargeError,
    TruncatedError,
    UnknownPacketError,
    UnknownSignerError,
    UnsupportedError,
)
from hivehelm.provenance.message import checksums, compose
from hivehelm.provenance.publickey import PublicKey
from hivehelm.provenance.signature import Signature
from hivehelm.provenance.verifier import check
from hivehelm.provenance.verify import verify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


EDWARDS = b"\x09" + bytes.fromhex("2b06010401da470f01")


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c-0.1.0.tgz").write_bytes(ARCHIVE)
    (tmp_path / "c-0.1.0.tgz.prov").write_bytes(GOOD)
    (tmp_path / "ring").write_bytes(certificate(ED, NAME))
    (tmp_path / "c.txt").touch()
    (tmp_path / "d").mkdir()
    (tmp_path / "d.tgz").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("archive", "signature", "ring", "text"),
    [
        ("no.tgz", "x", "x", "stat no.tgz: no such file or directory"),
        ("d", "x", "x", "unpacked charts cannot be verified"),
        ("d.tgz", "x", "x", "unpacked charts cannot be verified"),
        ("c.txt", "x", "x", "chart must be a tgz file"),
        ("c-0.1.0.tgz", "x", "x", "could not load provenance file x: stat x: no such file or directory"),
        ("c-0.1.0.tgz", "d", "x", "failed to load keyring: open x: no such file or directory"),
        ("c-0.1.0.tgz", "d", "d", "failed to load keyring: read d: is a directory"),
        ("c-0.1.0.tgz", "d", "ring", "failed to read provenance file: read d: is a directory"),
    ],
)
def test_paths(top: Path, archive: str, signature: str, ring: str, text: str) -> None:
    with pytest.raises(Exception, match=f"^{re.escape(text)}$"):
        verify(archive, signature, ring)


def test_an_archive_that_goes_away(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(path: str) -> str:
        raise ProvenanceFileError("open", path, FileNotFoundError(2, ""))

    monkeypatch.setattr("hivehelm.provenance.files.sha256", gone)
    text = "^failed to read chart archive: open c-0.1.0.tgz: no such file or directory$"
    with pytest.raises(Exception, match=text):
        verify("c-0.1.0.tgz", "c-0.1.0.tgz.prov", "ring")


def test_files_are_bounded(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SIGNATURE", 100)
    with pytest.raises(TooLargeError, match=r"^c-0\.1\.0\.tgz\.prov has more than 100 bytes$"):
        verify("c-0.1.0.tgz", "c-0.1.0.tgz.prov", "ring")
    monkeypatch.setattr(keyring, "MAX_BYTES", 20)
    with pytest.raises(Exception, match=r"^failed to load keyring: ring has more than 20 bytes$"):
        verify("c-0.1.0.tgz", "c-0.1.0.tgz.prov", "ring")


def test_the_work_on_a_keyring_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = entity.EntityReader(octets.Octets(certificate(RSA, "a", "b", "c")))
    monkeypatch.setattr(entity, "MAX_COST", 2.5)
    monkeypatch.setattr(packets, "MAX_SECRETS", 2)
    with pytest.raises(TooLargeError):
        reader.read_all()
    with pytest.raises(TooLargeError, match=r"^more than 2 secret keys of OpenPGP$"):
        entity.EntityReader(octets.Octets(ED.secret() + ED.secret(subkey=True) * 3)).read_all()
    monkeypatch.setattr(packets, "MAX_PACKETS", 10)
    with pytest.raises(TooLargeError):
        entity.EntityReader(octets.Octets(packet(60, b"") * 11)).read_all()
    # Where a subkey's signatures are, too.
    monkeypatch.setattr(packets, "MAX_PACKETS", 4)
    with pytest.raises(TooLargeError):
        entity.EntityReader(octets.Octets(certificate(ED, NAME, after=ED.public(subkey=True)) * 2)).read_all()


def test_bytes_that_do_not_end_where_they_should() -> None:
    with pytest.raises(UnsupportedError):
        octets.read_counted(octets.Octets(b"\xff"))
    assert octets.read_full(octets.Octets(b"abc"), 0) == b""
    with pytest.raises(EndOfStreamError):
        octets.read_full(octets.Octets(b""), 1)
    with pytest.raises(TruncatedError):
        octets.read_full(octets.Octets(b"a"), 3)


@pytest.mark.parametrize("size", [0, 191, 192, 8383, 8384])
def test_heads_of_packets(size: int) -> None:
    """What is written is read again."""
    data = packets.header(60, size) + bytes(size) + packet(13, b"x")
    reader = packets.PacketReader(octets.Octets(data))
    assert reader.next() == "x"
    assert reader.next() is None


def test_what_packets_cannot_be_passed_over() -> None:
    with pytest.raises(UnknownPacketError) as caught:
        packets.PacketReader(octets.Octets(packet(39, b""))).next()
    assert (caught.value.tag, str(caught.value)) == (39, "openpgp: unknown critical packet type: 39")
    assert str(UnknownPacketError(60)) == "openpgp: unknown packet type: 60"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"\x16\x0a" + bytes.fromhex("2b060104019755010501"), "unsupported oid: 2b060104019755010501"),
        (b"\x12\1x", "unknown oid: 78"),
        (b"\x13" + EDWARDS + integer(5), "unsupported oid: 2b06010401da470f01"),
        (b"\x12" + EDWARDS + integer(5) + b"\3\1\x08\7", "unsupported oid: 2b06010401da470f01"),
        (
            b"\x12\x0a" + bytes.fromhex("2b060104019755010501") + integer(b"\x40\1") + b"\3\1\x08\7",
            "ecdh: failed to parse EC point",
        ),
        (
            b"\x13\x08" + bytes.fromhex("2a8648ce3d030107") + integer(b"\2" + bytes(31) + b"\1"),
            "ecdsa: failed to parse EC point",
        ),
    ],
)
def test_curves(body: bytes, text: str) -> None:
    with pytest.raises(Exception, match=f"{text}$"):
        PublicKey().parse(octets.Octets(b"\4" + number(CREATED) + body))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"\x16", "cannot generate v6 key with deprecated algorithm: EdDSALegacy"),
        (
            b"\x12\x0a" + bytes.fromhex("2b060104019755010501"),
            "cannot read v6 key with deprecated OID: Curve25519Legacy",
        ),
    ],
)
def test_what_version_6_has_no_more(body: bytes, text: str) -> None:
    with pytest.raises(StructuralError) as caught:
        PublicKey().parse(octets.Octets(b"\6" + number(CREATED) + body[:1] + bytes(4) + body[1:]))
    assert caught.value.detail == text


V6 = Key("ed25519", version=6)


@pytest.mark.parametrize(
    ("direct", "text"),
    [
        (b"", "v6 entity without a valid direct-key signature"),
        (
            packet(2, ED.signature(0x1F, V6.hashed)),
            "no valid direct-key self-signature for v6 primary key found",
        ),
        (
            packet(2, V6.signature(0x1F, V6.hashed, mistake=True)),
            "invalid direct-key self-signature for v6 primary key",
        ),
        (packet(2, V6.signature(0x1F, V6.hashed)[:-60]), None),
    ],
)
def test_keys_of_version_6(direct: bytes, text: str | None) -> None:
    with pytest.raises(Exception, match=re.escape(text or "unexpected EOF")):
        entity.EntityReader(octets.Octets(V6.public() + direct)).read()


def test_the_newest_of_what_a_key_of_version_6_says() -> None:
    newer = packet(2, V6.signature(0x1F, V6.hashed, created=CREATED + 1))
    older = packet(2, V6.signature(0x1F, V6.hashed, created=CREATED - 1))
    found = entity.EntityReader(octets.Octets(V6.public() + newer + older)).read()
    assert found is not None
    assert found.direct is not None
    assert found.direct.created == CREATED + 1
    assert found.self_signature() == (found.direct, None)


def test_salts_of_other_sizes_and_issuers_of_older_versions() -> None:
    body = V6.signature(0x1F, V6.hashed)
    at = body.index(bytes((32,)) + bytes(32))
    with pytest.raises(StructuralError, match="unexpected salt size"):
        packets.PacketReader(octets.Octets(packet(2, body[:at] + b"\5" + body[at + 1 :]))).next()
    with pytest.raises(StructuralError, match="issuer subpacket found in v6 key"):
        issuer = b"\x09\x10" + bytes(8)
        packets.PacketReader(octets.Octets(packet(2, V6.signature(0x1F, b"", issuer=issuer)))).next()
    with pytest.raises(UnsupportedError):
        signature = Signature()
        signature.parse(octets.Octets(V6.signature(0x1F, b"", version=6, hash_id=2)))
    # What is not hashed may name a key of the older kind; it is not believed.
    unhashed = b"\x09\x10" + bytes(8)
    read = packets.PacketReader(octets.Octets(packet(2, V6.signature(0x1F, b"", unhashed=unhashed)))).next()
    assert isinstance(read, Signature)
    assert read.issuer == int.from_bytes(V6.key_id, "big")


def test_signatures_embedded_without_end() -> None:
    """Each costs a level of the stack."""
    data = b""
    for _ in range(8):
        extra = b"\xff" + number(len(data) + 1) + b"\x20" + data if data else b""
        data = ED.signature(0x19, b"", extra)
    with pytest.raises(StructuralError, match="signatures embedded too deeply"):
        packets.PacketReader(octets.Octets(packet(2, data))).next()


def test_armor() -> None:
    data = bytes(range(256)) * 2
    text = encode("PGP MESSAGE", data)
    found = decode(text.encode())
    assert isinstance(found, Block)
    assert (found.kind, octets.read_all(found)) == ("PGP MESSAGE", data)
    assert decode(b"nothing") is None
    assert decode(b"-----BEGIN PGP MESSAGE-----\nVersion: 1") is None


@pytest.mark.parametrize("blank", range(0, 100, 7))
def test_armored_blocks_one_after_the_other(blank: int) -> None:
    """All are read, wherever in Helm's buffer the next one begins."""
    data = b"\n" * blank + armored(b"one" * 30) + armored(b"two" * 30)
    assert [octets.read_all(block) for block in blocks(data)] == [b"one" * 30, b"two" * 30]


def test_lines_of_armor_that_are_too_long() -> None:
    """Before a block they are passed over, among headers too, with what follows them."""
    data = b"x" * 150 + b"\n" + armored(b"data", headers="Comment: " + "y" * 250 + "\n")
    found = decode(data)
    assert found is not None
    assert octets.read_all(found) == b"data"
    exactly = decode(b"z" * 99 + b"\r\n" + armored(b"data"))
    assert exactly is not None


def test_messages() -> None:
    text = compose(b"name: c\n", "a b.tgz", "0" * 64)
    assert text == b"name: c\n\n...\nfiles:\n  a b.tgz: sha256:" + b"0" * 64 + b"\n"
    assert checksums(text) == {"a b.tgz": "sha256:" + "0" * 64}
    assert checksums(b"x\n...\n") == {}


def read_key(key: Key) -> PublicKey:
    public = PublicKey()
    public.parse(octets.Octets(key.body))
    return public


def read_signature(body: bytes) -> Signature:
    signature = Signature()
    signature.parse(octets.Octets(body))
    return signature


def test_keys_that_only_encrypt_sign_nothing() -> None:
    public = read_key(ED)
    public.algorithm = 18
    signature = read_signature(ED.signature(1, b""))
    with pytest.raises(InvalidArgumentError, match="public key cannot generate signatures"):
        check(public, signature.new_hash(), signature)


@pytest.mark.parametrize(
    ("key", "numbers"),
    [
        (ED, integer(b"\xff" * 33) + integer(1)),
        (ED, integer(1) + integer(b"\xff" * 33)),
        (Key("eddsa448"), integer(b"\x40" + bytes(3)) + integer(0)),
    ],
)
def test_numbers_of_other_sizes(key: Key, numbers: bytes) -> None:
    body = key.signature(1, b"")
    body = body[: len(body) - len(key.sign(bytes(64), 10))] + numbers
    signature = read_signature(body)
    with pytest.raises(InvalidSignatureError, match="EdDSA verification failure"):
        check(read_key(key), signature.new_hash(), signature)


def test_the_hash_that_a_signature_of_version_6_names() -> None:
    signature = read_signature(V6.signature(1, b"other"))
    with pytest.raises(InvalidSignatureError, match="hash tag doesn't match"):
        check(read_key(V6), signature.new_hash(), signature)


def test_a_key_all_names_of_which_were_only_revoked() -> None:
    """Helm falls over a subkey's signature; nothing speaks for the key."""
    sub = Key("eddsa", 2)
    data = ED.public() + claim(ED, b"x", kind=0x30) + sub.public(subkey=True) + bind(ED, sub)
    keys = entity.EntityReader(octets.Octets(data)).read_all()
    with pytest.raises(UnknownSignerError):
        check_detached(keys, b"x", octets.Octets(packet(2, sub.signature(1, b"x"))), CREATED)


def test_base64_that_breaks_off() -> None:
    """What was decoded before the mistake is there, then the mistake; each time."""
    found = decode(b"-----BEGIN A-----\n\nQUJDQUJD!!!!\n-----END A-----\n")
    assert found is not None
    assert found.read(100) == b"ABCABC"
    for _ in range(2):
        with pytest.raises(ArmorError, match="illegal base64 data at input byte 8"):
            found.read(100)


@pytest.mark.parametrize("size", [97, 99, 100])
def test_lines_of_letters_that_are_too_long(size: int) -> None:
    found = decode(b"-----BEGIN A-----\n\n" + b"A" * size + b"\n-----END A-----\n")
    assert found is not None
    for _ in range(2):
        with pytest.raises(StructuralError, match="armor invalid"):
            found.read(1)


def test_a_clear_signed_text_that_ends_among_its_headers() -> None:
    assert clearsign.decode(b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n") is None


def test_subpackets_that_say_nothing() -> None:
    """An empty one is none of those that Helm's library falls over."""
    extra = b"".join(b"\1" + bytes((kind,)) for kind in (4, 27))
    signature = read_signature(ED.signature(1, b"", extra))
    assert (signature.has_flags, signature.signs) == (True, False)
    assert read_signature(ED.signature(1, b"", b"\3\x27\x09\x02")).critical_notations == []
    assert read_signature(ED.signature(1, b"", b"\2\x04\x01")).created == CREATED


def test_messages_that_are_not_understood_among_broken_keys() -> None:
    """They are passed over only while the next key is looked for."""
    broken, strange = certificate(ED, NAME, mistake=True), packet(8, b"\4")
    reader = entity.EntityReader(octets.Octets(broken + strange + certificate(ED, NAME)))
    assert len(reader.read_all()) == 1
