"""Keyrings and provenance files, good ones and broken; provenance.tsv has what `helm verify` says of each.

The table is checked against the real Helm by tests/conformance, and ours against the table by tests/unit.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from tests.openpgp import (
    CREATED,
    FINGERPRINTS,
    Key,
    armored,
    bind,
    canonical,
    certificate,
    claim,
    clear_signed,
    integer,
    keybox,
    notation,
    number,
    packet,
    subpacket,
)

NAME = "Ann Other <ann@example.com>"
ARCHIVE = b"whatever the archive is"
SUM = hashlib.sha256(ARCHIVE).hexdigest()
TEXT = f"apiVersion: v2\nname: c\nversion: 0.1.0\n\n...\nfiles:\n  c-0.1.0.tgz: sha256:{SUM}\n"
DAY = 86400
FUTURE = 4_000_000_000

Scene = Callable[[], tuple[bytes, bytes]]
SCENES: dict[str, Scene] = {}


def signed(key: Key, text: str = TEXT, extra: bytes = b"", kind: int = 1, **how: object) -> bytes:
    """Return the packet of a key's signature over a text."""
    return packet(2, key.signature(kind, canonical(text), extra, **how))  # type: ignore[arg-type]


def plain(key: Key, ring: bytes | None = None, **how: object) -> tuple[bytes, bytes]:
    """Return a keyring, that of the key alone if none is given, and the key's signature over the text."""
    return certificate(key, NAME) if ring is None else ring, clear_signed(TEXT, signed(key, **how))  # type: ignore[arg-type]


RSA = Key("rsa")
ED = Key("eddsa")
OTHER = Key("eddsa", 1)
SUB = Key("eddsa", 2)
V6 = Key("ed25519", version=6)

for kind in ("rsa", "rsa-sign", "rsa1024", "dsa", "p256", "p384", "p521", "k256", "brainpool", "eddsa"):
    SCENES[f"key_{kind}"] = lambda kind=kind: plain(Key(kind))  # type: ignore[misc]
for kind in ("eddsa448", "ed25519", "ed448"):
    SCENES[f"key_{kind}"] = lambda kind=kind: plain(Key(kind))  # type: ignore[misc]
for kind in ("rsa", "p256", "p521", "dsa", "eddsa", "ed25519"):
    for hash_id in (2, 8, 9, 11, 12, 14):
        if kind == "rsa" or hash_id in (2, 12):
            SCENES[f"hash_{hash_id}_{kind}"] = lambda kind=kind, hash_id=hash_id: plain(  # type: ignore[misc]
                Key(kind), hash_id=hash_id
            )
SCENES["hash_1_rsa"] = lambda: plain(RSA, hash_id=1)
KEYS = {
    "version_6": (V6, {}),
    "self_signature_sha1": (RSA, {"hash_id": 2}),
    "no_flags": (ED, {"flags": None}),
    "may_only_certify": (ED, {"flags": 1}),
    "flags_say_nothing": (ED, {"flags": 0}),
    "key_expired": (ED, {"extra": subpacket(9, number(DAY))}),
    "key_expires_some_day": (ED, {"extra": subpacket(9, number(3_000_000_000))}),
    "key_lifetime_zero": (ED, {"extra": subpacket(9, number(0))}),
    "self_signature_expired": (ED, {"extra": subpacket(3, number(DAY))}),
    "self_signature_of_the_future": (ED, {"created": FUTURE}),
    "self_signature_over_something_else": (ED, {"mistake": True}),
    "self_signature_of_wrong_type": (ED, {"kind": 0x18}),
    "self_signature_generic": (ED, {"kind": 0x10}),
    "self_signature_revokes": (ED, {"kind": 0x30}),
    "self_signature_critical_notation": (ED, {"extra": notation(b"a@b", critical=True)}),
    "self_signature_critical_unknown": (ED, {"extra": subpacket(99, b"x", critical=True)}),
    "self_signature_not_exportable": (ED, {"extra": subpacket(4, b"\0")}),
    "self_signature_without_time": (ED, {"created": None}),
    "self_signature_md5": (RSA, {"hash_id": 1}),
    "self_signature_without_issuer": (ED, {"issuer": b""}),
    "self_signature_of_another": (ED, {"issuer": subpacket(16, OTHER.key_id)}),
    "self_signature_of_unknown_algorithm": (ED, {"algorithm": 99}),
    "preferences": (ED, {"extra": b"".join(subpacket(one, b"\1") for one in (11, 21, 22, 23, 24, 30))}),
    "trust_of_bad_length": (ED, {"extra": subpacket(5, b"\0")}),
    "expression_without_end": (ED, {"extra": subpacket(6, b"x")}),
    "expression_empty": (ED, {"extra": subpacket(6, b"")}),
    "expression": (ED, {"extra": subpacket(6, b"x\0") + subpacket(5, b"\1\2")}),
    "key_expiry_of_bad_length": (ED, {"extra": subpacket(9, b"\0")}),
    "expiry_of_bad_length": (ED, {"extra": subpacket(3, b"\0")}),
    "time_of_bad_length": (ED, {"extra": subpacket(2, b"\0")}),
    "issuer_of_bad_length": (ED, {"extra": subpacket(16, b"\0")}),
    "notation_of_bad_length": (ED, {"extra": subpacket(20, b"\0")}),
    "notation_of_lying_length": (ED, {"extra": subpacket(20, bytes(7) + b"\7")}),
    "primary_of_bad_length": (ED, {"extra": subpacket(25, b"")}),
    "primary": (ED, {"extra": subpacket(25, b"\1")}),
    "reason_empty": (ED, {"extra": subpacket(29, b"")}),
    "fingerprint_empty": (ED, {"extra": subpacket(33, b"")}),
    "fingerprint_short": (ED, {"extra": subpacket(33, b"\x04123")}),
    "recipient_empty": (ED, {"extra": subpacket(35, b"")}),
    "recipient_short": (ED, {"extra": subpacket(35, b"\x04123")}),
    "recipient": (ED, {"extra": subpacket(35, b"\4" + bytes(20))}),
    "suites_odd": (ED, {"extra": subpacket(39, b"1")}),
    "subpacket_of_no_length": (ED, {"extra": b"\0"}),
    "subpacket_truncated": (ED, {"extra": b"\x20"}),
    "subpacket_length_truncated": (ED, {"extra": b"\xff\0"}),
    "subpacket_length_cut": (ED, {"extra": b"\xc0"}),
    "subpacket_of_two_octets_length": (ED, {"extra": b"\xc0\x10" + b"\x1a" + bytes(207)}),
    "embedded_broken": (ED, {"extra": subpacket(32, b"\4")}),
    "embedded_of_wrong_kind": (ED, {"extra": subpacket(32, ED.signature(1, b""))}),
    "embedded_twice": (ED, {"extra": subpacket(32, ED.signature(0x19, b"")) * 2}),
    "unhashed_is_nothing": (ED, {"unhashed": subpacket(9, number(DAY))}),
}
for name, (key, how) in KEYS.items():
    SCENES[f"own_{name}"] = lambda key=key, how=how: plain(key, certificate(key, NAME, **how))  # type: ignore[misc]

RINGS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"no keyring\n",
    "zeros": lambda: bytes(100),
    "of_another": lambda: certificate(OTHER, NAME),
    "of_two": lambda: certificate(OTHER, NAME) + certificate(ED, NAME),
    "twice": lambda: certificate(ED, NAME) * 2,
    "twice_without_flags_first": lambda: certificate(ED, NAME, flags=None) + certificate(ED, NAME),
    "without_names": lambda: certificate(ED),
    "two_names": lambda: certificate(ED, NAME, NAME),
    "name_not_utf8": lambda: packet(6, ED.body) + claim(ED, b"a\xff\xfeb"),
    "first_broken": lambda: certificate(OTHER, NAME, mistake=True) + certificate(ED, NAME),
    "first_unsupported": lambda: packet(6, b"\3" + bytes(10)) + certificate(ED, NAME),
    "first_is_for_encryption": lambda: packet(6, Key("x25519").body) + certificate(ED, NAME),
    "only_for_encryption": lambda: packet(6, Key("x25519").body),
    "last_broken": lambda: certificate(ED, NAME) + certificate(OTHER, NAME, mistake=True),
    "last_truncated": lambda: certificate(ED, NAME) + certificate(OTHER, NAME)[:-5],
    "starts_with_name": lambda: claim(OTHER, b"x") + certificate(ED, NAME),
    "starts_with_trust": lambda: packet(12, b"xx") + certificate(ED, NAME),
    "starts_with_marker": lambda: packet(10, b"PGP") + certificate(ED, NAME),
    "starts_with_bad_marker": lambda: packet(10, b"XXX") + certificate(ED, NAME),
    "starts_with_empty_marker": lambda: packet(10, b"") + certificate(ED, NAME),
    "unknown_critical": lambda: packet(39, b"xx") + certificate(ED, NAME),
    "unknown": lambda: packet(60, b"xx") + certificate(ED, NAME),
    "with_padding": lambda: certificate(ED, NAME, before=packet(21, b"1234")),
    "attribute": lambda: certificate(ED, NAME, after=packet(17, b"\5\1\1\1\1\1")),
    "old_format": lambda: b"\x98" + bytes((len(ED.body),)) + ED.body + claim(ED, NAME.encode()),
    "old_format_long": lambda: b"\x99" + len(ED.body).to_bytes(2, "big") + ED.body + claim(ED, NAME.encode()),
    "unknown_length": lambda: certificate(ED, NAME) + b"\x9b" + OTHER.body,
    "short_length": lambda: bytes((0xC6, len(ED.body))) + ED.body + claim(ED, NAME.encode()),
    "in_pieces": lambda: packet(6, ED.body) + _in_pieces(13, b"nobody") + claim(ED, NAME.encode()),
    "pieces_truncated": lambda: certificate(ED, NAME) + b"\xcd\xe3123",
    "two_octets_length": lambda: packet(6, ED.body) + claim(ED, NAME.encode()) + _two_octets(13, b"x" * 500),
    "head_truncated": lambda: certificate(ED, NAME) + b"\xcd",
    "head_cut": lambda: certificate(ED, NAME) + b"\xcd\xff\0",
    "key_truncated": lambda: packet(6, RSA.body[:50]),
    "key_too_long": lambda: packet(6, ED.body + b"\xcc\0") + claim(ED, NAME.encode()),
    "key_of_unknown_algorithm": lambda: packet(6, b"\4" + number(CREATED) + b"\x63") + certificate(ED, NAME),
    "exponent_large": lambda: packet(
        6, b"\4" + number(CREATED) + b"\1" + integer(2**2048 - 1) + integer(2**25)
    ),
    "curve_unknown": lambda: packet(6, b"\4" + number(CREATED) + b"\x16\1x" + integer(b"\x40" + bytes(32))),
    "curve_reserved": lambda: packet(6, b"\4" + number(CREATED) + b"\x16\0"),
    "point_short": lambda: packet(6, ED.body[:16] + integer(b"\x40" + bytes(31))),
    "point_empty": lambda: packet(6, ED.body[:16] + integer(0)),
    "point_compressed": lambda: packet(6, ED.body[:16] + integer(b"\x04" + bytes(32))),
    "point_not_on_curve": lambda: packet(6, Key("p256").body[:15] + integer(b"\4" + bytes(63) + b"\1")),
    "ed25519_empty": lambda: packet(6, b"\4" + number(CREATED) + b"\x1b") + certificate(ED, NAME),
    "ed25519_short": lambda: packet(6, b"\4" + number(CREATED) + b"\x1b123") + certificate(ED, NAME),
    "of_the_future": lambda: certificate(Key("eddsa", created=FUTURE), NAME),
    "subkey_first": lambda: packet(14, ED.body) + certificate(ED, NAME),
    "subkey_without_signature": lambda: certificate(ED, NAME, after=SUB.public(subkey=True)),
    "subkey_of_another": lambda: certificate(ED, NAME, after=SUB.public(subkey=True) + bind(OTHER, SUB)),
    "subkey_signature_broken": lambda: certificate(
        ED, NAME, after=SUB.public(subkey=True) + packet(2, b"\4\x18\x16\x0a\0\0\0\0\0\0\0\0")
    ),
    "subkey_signature_truncated": lambda: certificate(
        ED, NAME, after=SUB.public(subkey=True) + packet(2, b"\4")
    ),
    "subkey_signature_of_wrong_type": lambda: certificate(
        ED, NAME, after=SUB.public(subkey=True) + claim(ED, b"x")[3 + 4 :]
    ),
    "subkey_signature_wrong_kind": lambda: certificate(
        ED, NAME, after=SUB.public(subkey=True) + bind(ED, SUB, kind=0x10)
    ),
    "subkey_to_encrypt": lambda: certificate(
        ED, NAME, after=Key("x25519").public(subkey=True) + bind(ED, Key("x25519"), flags=12)
    ),
    "subkey_ecdh": lambda: certificate(
        ED, NAME, after=packet(14, _ecdh()) + packet(2, ED.signature(0x18, ED.hashed + _hashed(_ecdh())))
    ),
    "subkey_ecdh_derivation_short": lambda: certificate(ED, NAME, after=packet(14, _ecdh(b"\2\1\x08"))),
    "subkey_ecdh_hash_unknown": lambda: certificate(ED, NAME, after=packet(14, _ecdh(b"\3\1\x63\7"))),
    "subkey_elgamal": lambda: certificate(
        ED,
        NAME,
        after=packet(14, _elgamal()) + packet(2, ED.signature(0x18, ED.hashed + _hashed(_elgamal()))),
    ),
    "revoked": lambda: certificate(ED, NAME, before=packet(2, ED.signature(0x20, ED.hashed))),
    "revoked_as_compromised": lambda: certificate(
        ED, NAME, before=packet(2, ED.signature(0x20, ED.hashed, subpacket(29, b"\2x"), created=FUTURE))
    ),
    "revoked_in_the_future": lambda: certificate(
        ED, NAME, before=packet(2, ED.signature(0x20, ED.hashed, subpacket(29, b"\1x"), created=FUTURE))
    ),
    "revoked_by_another": lambda: certificate(ED, NAME, before=packet(2, OTHER.signature(0x20, ED.hashed))),
    "direct_signature": lambda: certificate(ED, NAME, before=packet(2, ED.signature(0x1F, ED.hashed))),
    "stray_signature": lambda: certificate(ED, NAME, before=packet(2, ED.signature(0x13, ED.hashed))),
    "names_first_is_primary": lambda: (
        certificate(ED, NAME, extra=subpacket(25, b"\1") + subpacket(9, number(DAY)))
        + claim(ED, b"Bob", created=CREATED + 5)
    ),
    "names_second_is_primary": lambda: (
        certificate(ED, NAME, created=CREATED + 5)
        + claim(ED, b"Bob", subpacket(25, b"\1") + subpacket(9, number(DAY)))
    ),
    "names_newest_counts": lambda: (
        certificate(ED, NAME) + claim(ED, b"Bob", subpacket(9, number(DAY)), created=CREATED + 5)
    ),
    "names_newest_is_first": lambda: (
        certificate(ED, NAME, extra=subpacket(9, number(DAY)), created=CREATED + 5) + claim(ED, b"Bob")
    ),
    "names_newest_is_revoked": lambda: (
        certificate(ED, NAME, extra=subpacket(9, number(DAY)))
        + claim(ED, b"Bob", created=CREATED + 5)
        + _name_signature(0x30, CREATED, name=b"Bob")
    ),
    "name_revoked": lambda: certificate(ED, NAME) + _name_signature(0x30, CREATED + 5),
    "name_signed_again": lambda: (
        certificate(ED, NAME, flags=None) + _name_signature(0x13, CREATED + 5, flags=3)
    ),
    "name_signed_before": lambda: certificate(ED, NAME) + _name_signature(0x13, CREATED - 5),
    "name_signed_by_another": lambda: certificate(ED, NAME) + packet(2, OTHER.signature(0x10, b"")),
    "secret": lambda: certificate(ED, NAME, secret=True),
    "secret_rsa": lambda: certificate(RSA, NAME, secret=True) + certificate(ED, NAME),
    "secret_locked": lambda: ED.secret(b"x") + claim(ED, NAME.encode()),
    "secret_dummy": lambda: ED.dummy() + claim(ED, NAME.encode()),
    "secret_on_card": lambda: ED.dummy(how=2) + claim(ED, NAME.encode()),
    "secret_bad_checksum": lambda: packet(5, ED.body + b"\0" + integer(5) + b"\0\0") + certificate(ED, NAME),
    "secret_truncated": lambda: packet(5, ED.body + b"\0x"),
    "secret_ends": lambda: packet(5, ED.body),
    "secret_old_encryption": lambda: packet(5, ED.body + b"\7xxx") + certificate(ED, NAME),
    "armored": lambda: armored(certificate(ED, NAME)),
    "armored_after_blanks": lambda: b"\n \n" + armored(certificate(ED, NAME)),
    "armored_after_text": lambda: b"key:\n" + armored(certificate(ED, NAME)),
    "armored_with_headers": lambda: armored(certificate(ED, NAME), headers="Version: 1\nComment: x\n"),
    "armored_with_bad_header": lambda: armored(certificate(ED, NAME), headers="x\n"),
    "armored_checksum": lambda: armored(certificate(ED, NAME)).replace(b"\n-----END", b"\n=AAAA\n-----END"),
    "armored_without_end": lambda: armored(certificate(ED, NAME)).split(b"-----END")[0],
    "armored_secret": lambda: armored(certificate(ED, NAME, secret=True), "PGP PRIVATE KEY BLOCK"),
    "armored_message": lambda: armored(certificate(ED, NAME), "PGP MESSAGE"),
    "armored_empty": lambda: armored(b""),
    "armored_broken": lambda: armored(certificate(ED, NAME)).replace(b"\n\n", b"\n\n!!!!"),
    "armored_cut": lambda: armored(certificate(ED, NAME))[:-60],
    "armored_truncated": lambda: armored(certificate(ED, NAME)[:-10]),
    "armored_long_line": lambda: armored(certificate(ED, NAME)).replace(b"\n\n", b"\n\n" + b"A" * 120),
    "armored_longer_line": lambda: armored(certificate(ED, NAME)).replace(b"\n\n", b"\n\n" + b"A" * 40),
    "armored_crlf": lambda: armored(certificate(ED, NAME)).replace(b"\n", b"\r\n"),
    "keybox": lambda: keybox(certificate(OTHER, NAME), certificate(ED, NAME)),
    "keybox_ephemeral": lambda: keybox(certificate(ED, NAME), flags=2),
    "keybox_empty": lambda: keybox(),
    "keybox_truncated": lambda: keybox(certificate(ED, NAME))[:-3],
    "keybox_ends": lambda: keybox(certificate(ED, NAME)) + b"123",
    "keybox_length_small": lambda: keybox() + b"\0\0\0\4\2",
    "keybox_blob_short": lambda: keybox() + b"\0\0\0\x0a\2" + bytes(5),
    "keybox_range": lambda: keybox() + b"\0\0\0\x14\2" + bytes(9) + b"\1\0" + bytes(4),
    "keybox_x509": lambda: keybox(certificate(ED, NAME)) + b"\0\0\0\x14\3" + bytes(15),
    "keybox_of_rubbish": lambda: keybox(b"rubbish"),
}
for name, ring in RINGS.items():
    SCENES[f"ring_{name}"] = lambda ring=ring: plain(ED, ring())  # type: ignore[misc]


def expected() -> dict[str, str]:
    """Return what `helm verify` says of each scene, by its name."""
    lines = (Path(__file__).parent / "provenance.tsv").read_text().splitlines()
    return {name: said.replace("\\n", "\n") for name, said in (line.split("\t") for line in lines)}


def masked(said: str) -> str:
    """Return what was said with the names of keys for fingerprints."""
    for fingerprint, name in FINGERPRINTS.items():
        said = said.replace(fingerprint, f"<{name}>")
    return said


# Packets of messages, before a key: how far each is read shows in what is said of what follows.
MESSAGES: dict[str, tuple[int, bytes]] = {
    "encrypted_key": (1, b"\3" + bytes(8) + b"\1" + integer(7)),
    "encrypted_key_elgamal": (1, b"\3" + bytes(8) + b"\x10" + integer(7) + integer(8)),
    "encrypted_key_ecdh": (1, b"\3" + bytes(8) + b"\x12" + integer(7) + b"\1x"),
    "encrypted_key_x25519": (1, b"\3" + bytes(8) + b"\x19" + bytes(32) + b"\3\x09xx"),
    "encrypted_key_x25519_new": (1, b"\6\x15\4" + bytes(20) + b"\x19" + bytes(32) + b"\2xx"),
    "encrypted_key_new": (1, b"\6\x21\6" + bytes(32) + b"\1" + integer(7)),
    "encrypted_key_for_anyone": (1, b"\6\0\1" + integer(7)),
    "encrypted_key_for_version_5": (1, b"\6\x21\5" + bytes(32)),
    "encrypted_key_old": (1, b"\2" + bytes(20)),
    "encrypted_key_cut": (1, b"\3" + bytes(8) + b"\x19" + bytes(32)),
    "passphrase_key": (3, b"\4\x09\3\x08" + bytes(8) + b"\x60"),
    "passphrase_key_with_key": (3, b"\4\x09\0\x08" + bytes(33)),
    "passphrase_key_too_long": (3, b"\4\x09\0\x08" + bytes(64)),
    "passphrase_key_new": (3, b"\6\x1a\x09\2\x03\0\x08" + bytes(15) + bytes(33)),
    "passphrase_key_new_cut": (3, b"\6\x1a\x09"),
    "passphrase_key_new_cut_later": (3, b"\6\x1a\x09\2\x03\0\x08" + bytes(9)),
    "passphrase_key_old": (3, b"\3"),
    "passphrase_key_cipher": (3, b"\4\1"),
    "passphrase_key_gnu": (3, b"\4\x09\x65\0GNU\1"),
    "one_pass": (4, b"\3\0\x0a\x16" + bytes(8) + b"\1"),
    "one_pass_new": (4, b"\6\0\x0a\x1b\x20" + bytes(64) + b"\1"),
    "one_pass_new_salt": (4, b"\6\0\x0a\x1b\x10" + bytes(48) + b"\1"),
    "one_pass_new_sha1": (4, b"\6\0\2\x1b\x10" + bytes(48) + b"\1"),
    "one_pass_old": (4, b"\2\0\x0a\x16" + bytes(9)),
    "one_pass_hash": (4, b"\3\0\x63\x16" + bytes(9)),
    "compressed": (8, b"\1xx"),
    "compressed_zlib": (8, b"\2\x78\x9cxx"),
    "compressed_zlib_cut": (8, b"\2\x78"),
    "compressed_zlib_empty": (8, b"\2"),
    "compressed_zlib_broken": (8, b"\2\x78\x9dxx"),
    "compressed_zlib_dictionary": (8, b"\2\x78\xbb\0\0\0\2"),
    "compressed_zlib_no_dictionary": (8, b"\2\x78\xbb\0\0\0\1"),
    "compressed_zlib_dictionary_cut": (8, b"\2\x78\xbb\0"),
    "compressed_unknown": (8, b"\4"),
    "encrypted": (9, b""),
    "encrypted_data": (9, b"\xd3xx"),
    "literal": (11, b"b\1x" + bytes(4)),
    "literal_data": (11, b"b\1x" + bytes(4) + b"hello"),
    "literal_cut": (11, b"b\5x"),
    "attribute_cut": (17, b"\5\1"),
    "attribute_length_cut": (17, b"\xff\0"),
    "attribute_long": (17, b"\xc0\5\1" + bytes(196) + b"\xff\0\0\0\2\1\1"),
    "protected": (18, b"\1"),
    "protected_new": (18, b"\2\x09\2\6" + bytes(32)),
    "protected_cut": (18, b"\2\x09"),
    "protected_ends": (18, b"\2"),
    "protected_cipher": (18, b"\2\x03\2\6"),
    "protected_mode": (18, b"\2\x09\x09\6"),
    "protected_chunk": (18, b"\2\x09\2\x77"),
    "protected_salt": (18, b"\2\x09\2\6" + bytes(3)),
    "protected_salt_missing": (18, b"\2\x09\2\6"),
    "protected_unknown": (18, b"\3"),
    "aead": (20, b"\1\x09\2\6" + bytes(15)),
    "aead_cut": (20, b"\1"),
    "aead_ends": (20, b""),
    "aead_mode": (20, b"\1\x09\3\6" + bytes(15)),
    "aead_nonce": (20, b"\1\x09\1\6" + bytes(5)),
    "aead_nonce_missing": (20, b"\1\x09\1\6"),
    "aead_cipher": (20, b"\1\x63\2\6" + bytes(15)),
}
for name, (tag, body) in MESSAGES.items():
    SCENES[f"message_{name}"] = lambda tag=tag, body=body: plain(  # type: ignore[misc]
        ED, certificate(OTHER, NAME) + packet(tag, body) + certificate(ED, NAME)
    )
SCENES["message_for_signature"] = lambda: (certificate(ED, NAME), clear_signed(TEXT, packet(8, b"\4")))
SCENES["padding_in_pieces"] = lambda: plain(ED, _in_pieces(21, b"\xff" * 9) + certificate(ED, NAME))
SCENES["message_as_keyring"] = lambda: plain(ED, packet(18, b"\1" + bytes(99)))


def _in_pieces(tag: int, body: bytes) -> bytes:
    return bytes((0xC0 | tag, 0xE1)) + body[:2] + bytes((len(body) - 2,)) + body[2:]


def _two_octets(tag: int, body: bytes) -> bytes:
    return bytes((0xC0 | tag,)) + (len(body) - 192 + (192 << 8)).to_bytes(2, "big") + body


def _ecdh(derivation: bytes = b"\3\1\x08\7") -> bytes:
    oid = bytes.fromhex("2b060104019755010501")
    return b"\4" + number(CREATED) + b"\x12\x0a" + oid + integer(b"\x40" + bytes(31) + b"\1") + derivation


def _elgamal() -> bytes:
    return b"\4" + number(CREATED) + b"\x10" + integer(2**127 + 1) + integer(5) + integer(7)


def _hashed(body: bytes) -> bytes:
    return b"\x99" + len(body).to_bytes(2, "big") + body


def _name_signature(kind: int, created: int, flags: int | None = None, name: bytes = NAME.encode()) -> bytes:
    over = ED.hashed + b"\xb4" + number(len(name)) + name
    extra = b"" if flags is None else subpacket(27, bytes((flags,)))
    return packet(2, ED.signature(kind, over, extra, created=created))


SUBKEYS: dict[str, Callable[[], bytes]] = {
    "good": lambda: bind(ED, SUB),
    "without_cross_signature": lambda: bind(ED, SUB, cross=False),
    "cross_signature_of_another": lambda: bind(
        ED, SUB, subpacket(32, OTHER.signature(0x19, b"")), cross=False
    ),
    "may_not_sign": lambda: bind(ED, SUB, flags=12),
    "expired": lambda: bind(ED, SUB, subpacket(9, number(DAY))),
    "binding_expired": lambda: bind(ED, SUB, subpacket(3, number(DAY))),
    "binding_notation": lambda: bind(ED, SUB, notation(b"x@y", critical=True)),
    "revoked": lambda: bind(ED, SUB) + bind(ED, SUB, kind=0x28),
    "only_revoked": lambda: bind(ED, SUB, kind=0x28),
    "bound_again": lambda: bind(ED, SUB, flags=12) + bind(ED, SUB, created=CREATED + 1),
    "bound_before": lambda: bind(ED, SUB) + bind(ED, SUB, flags=12, created=CREATED - 1),
}
for name, bound in SUBKEYS.items():
    SCENES[f"subkey_{name}"] = lambda bound=bound: (  # type: ignore[misc]
        certificate(ED, NAME, after=SUB.public(subkey=True) + bound()),
        clear_signed(TEXT, signed(SUB)),
    )
SCENES["subkey_of_expired_key"] = lambda: (
    certificate(ED, NAME, extra=subpacket(9, number(DAY)), after=SUB.public(subkey=True) + bind(ED, SUB)),
    clear_signed(TEXT, signed(SUB)),
)

SIGNATURES: dict[str, Callable[[], bytes]] = {
    "none": lambda: b"",
    "binary": lambda: signed(ED, kind=0),
    "of_wrong_kind": lambda: signed(ED, kind=2),
    "over_something_else": lambda: signed(ED, mistake=True),
    "over_something_else_rsa": lambda: signed(Key("rsa"), mistake=True),
    "expired": lambda: signed(ED, extra=subpacket(3, number(DAY))),
    "expires_some_day": lambda: signed(ED, extra=subpacket(3, number(3_000_000_000))),
    "of_the_future": lambda: signed(ED, created=FUTURE),
    "without_time": lambda: signed(ED, created=None),
    "without_issuer": lambda: signed(ED, issuer=b""),
    "issuer_unhashed": lambda: signed(ED, issuer=b"", unhashed=subpacket(16, ED.key_id)),
    "fingerprint_unhashed": lambda: signed(ED, issuer=b"", unhashed=subpacket(33, b"\4" + ED.fingerprint)),
    "issuer_is_key_id": lambda: signed(ED, issuer=subpacket(16, ED.key_id)),
    "fingerprint_of_another": lambda: signed(ED, issuer=subpacket(33, b"\4" + bytes(12) + ED.key_id)),
    "notation": lambda: signed(ED, extra=notation(b"x@y", critical=False)),
    "notation_critical": lambda: signed(ED, extra=notation(b"x@y", critical=True)),
    "notation_unhashed": lambda: signed(ED, unhashed=notation(b"x@y", critical=True)),
    "unknown_critical": lambda: signed(ED, extra=subpacket(99, b"x", critical=True)),
    "unknown": lambda: signed(ED, extra=subpacket(99, b"x")),
    "of_other_algorithm": lambda: signed(ED, algorithm=1),
    "of_unknown_algorithm": lambda: signed(ED, algorithm=99),
    "of_another_then_good": lambda: signed(OTHER) + signed(ED),
    "bad_then_good": lambda: signed(ED, mistake=True) + signed(ED),
    "good_then_rubbish": lambda: signed(ED) + b"rubbish",
    "version_3": lambda: packet(2, b"\3" + bytes(30)),
    "version_5": lambda: packet(2, b"\5" + bytes(30)),
    "key": lambda: certificate(ED, NAME),
    "rubbish": lambda: b"rubbish",
    "marker_first": lambda: packet(10, b"PGP") + signed(ED),
    "truncated": lambda: signed(ED)[:-3],
    "cut": lambda: packet(2, ED.signature(1, b"")[:-3]),
    "numbers_missing": lambda: packet(2, ED.signature(1, b"")[:-68]),
    "number_longer": lambda: _longer_number(),
}
for name, one in SIGNATURES.items():
    SCENES[f"signature_{name}"] = lambda one=one: (  # type: ignore[misc]
        certificate(ED, NAME) + certificate(RSA, "rsa"),
        clear_signed(TEXT, one()),
    )


def _longer_number() -> bytes:
    """Return a signature of RSA whose number has zeros before it, and more bytes than the key."""
    body = RSA.signature(1, canonical(TEXT))
    # Of 256 signatures one begins with a zero, and is a byte short.
    size = next(n for n in range(256, 0, -1) if (int.from_bytes(body[-n - 2 : -n], "big") + 7) // 8 == n)
    return packet(2, body[: -2 - size] + (2056).to_bytes(2, "big") + body[-size:].rjust(257, b"\0"))


def _text(text: str, key: Key = ED) -> bytes:
    return clear_signed(text, signed(key, text))


GOOD = clear_signed(TEXT, signed(ED))
PROVENANCES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: TEXT.encode(),
    "changed": lambda: GOOD.replace(b"name: c", b"name: d"),
    "dos": lambda: GOOD.replace(b"\n", b"\r\n"),
    "spaces_at_ends": lambda: GOOD.replace(b"name: c", b"name: c \t "),
    "text_before": lambda: b"look:\n" + GOOD,
    "text_after": lambda: GOOD + b"that was it\n",
    "text_on_first_line": lambda: GOOD.replace(b"MESSAGE-----\n", b"MESSAGE----- x\n"),
    "twice": lambda: GOOD + GOOD.replace(b"name: c", b"name: d"),
    "indented": lambda: b" " + GOOD,
    "without_hash": lambda: GOOD.replace(b"Hash: SHA512\n", b""),
    "other_hash": lambda: GOOD.replace(b"SHA512", b"sha256 , MD5"),
    "unknown_hash": lambda: GOOD.replace(b"SHA512", b"SHA9"),
    "other_header": lambda: GOOD.replace(b"Hash:", b"Comment:"),
    "header_lower_case": lambda: GOOD.replace(b"Hash:", b"hash:"),
    "header_not_ascii": lambda: GOOD.replace(b"SHA512", "SHA512 ü".encode()),
    "header_without_colon": lambda: GOOD.replace(b"Hash:", b"Hash"),
    "without_blank_line": lambda: GOOD.replace(b"SHA512\n\n", b"SHA512\n"),
    "only_headers": lambda: GOOD[:50],
    "without_signature": lambda: GOOD.split(b"-----BEGIN PGP SIG")[0],
    "without_end": lambda: GOOD.split(b"-----END")[0],
    "signature_headers": lambda: GOOD.replace(b"SIGNATURE-----\n\n", b"SIGNATURE-----\nVersion: 1\n\n"),
    "signature_bad_header": lambda: GOOD.replace(b"SIGNATURE-----\n\n", b"SIGNATURE-----\nx\n\n"),
    "signature_not_base64": lambda: re.sub(rb"(SIGNATURE-----\n\n....)....", rb"\1....", GOOD),
    "signature_not_base64_at_once": lambda: re.sub(rb"(SIGNATURE-----\n\n)....", rb"\1.AAA", GOOD),
    "signature_not_base64_later": lambda: re.sub(rb"(SIGNATURE-----\n\n[^\n]*\n.....)..", rb"\1..", GOOD),
    "signature_letter_missing": lambda: re.sub(rb"(SIGNATURE-----\n\n[^\n]*\n.....).", rb"\1", GOOD),
    "signature_checksum": lambda: GOOD.replace(b"\n-----END", b"\n=AAAA\n-----END"),
    "signature_empty_lines": lambda: GOOD.replace(b"\n-----END", b"\n\n\n-----END"),
    "dashes": lambda: re.sub(rb"\n(-[^-])", rb"\n- \1", _text("- a: b\n- c\n-\n" + TEXT)),
    "without_files": lambda: _text("name: c\n"),
    "no_files": lambda: _text("name: c\n\n...\nfiles: {}\n"),
    "null_files": lambda: _text("name: c\n\n...\nfiles:\n"),
    "nothing_after": lambda: _text("name: c\n\n...\n"),
    "other_file": lambda: _text(TEXT.replace("c-0.1.0", "d-0.1.0")),
    "other_sum": lambda: _text(TEXT.replace(SUM, "0" * 64)),
    "sum_is_number": lambda: _text(TEXT.replace(f"sha256:{SUM}", "1.50")),
    "sum_is_list": lambda: _text(TEXT.replace(f"sha256:{SUM}", "[1]")),
    "sum_is_null": lambda: _text(TEXT.replace(f"sha256:{SUM}", "null")),
    "sums_are_list": lambda: _text("name: c\n\n...\nfiles: [a]\n"),
    "sums_are_text": lambda: _text("name: c\n\n...\nhello\n"),
    "sums_are_no_yaml": lambda: _text("name: c\n\n...\nfiles: {\n"),
    "images": lambda: _text(TEXT + "images:\n  a:1: sha256:2\n"),
    "other_fields": lambda: _text(TEXT + "x: y\n"),
    "three_parts": lambda: _text(TEXT + "\n...\nfiles: {}\n"),
    "metadata_is_no_yaml": lambda: _text("{{{" + TEXT),
    "not_utf8": lambda: GOOD.replace(b"name: c", b"name: \xff"),
}
for name, of in PROVENANCES.items():
    SCENES[f"provenance_{name}"] = lambda of=of: (certificate(ED, NAME), of())  # type: ignore[misc]
