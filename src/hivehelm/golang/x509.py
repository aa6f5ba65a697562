"""What Go's crypto/x509 says of certificates whose parts are not as they must be (`x509.ParseCertificate`).

It looks at the frame, names, times, algorithms and keys; not into extensions, nor at points on curves.
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.golang import der

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_VERSION: Final = 0xA0
_UNIQUE: Final = ((0x81, "malformed issuerUniqueID"), (0x82, "malformed subjectUniqueID"))
_EXTENSIONS: Final = 0xA3
_NUMERIC, _T61, _IA5, _BMP = 0x12, 0x14, 0x16, 0x1E

_RSA: Final = "1.2.840.113549.1.1.1"
_ECDSA: Final = "1.2.840.10045.2.1"
_ED25519: Final = "1.3.101.112"
_CURVES: Final = frozenset(("1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"))

_DIGITS: Final = frozenset(b"0123456789 ")
_PRINTABLE: Final = _DIGITS | frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+,-./:=?*&")


class CertificateError(HivehelmError):
    """A text in DER is no certificate; `str()` is Go's text."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"x509: {problem}")
        self.problem = problem


class _Reader:
    """Elements one after the other; lengths are as short as they can be, and tags are single bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def empty(self) -> bool:
        return self._at >= len(self._data)

    def next_is(self, tag: int) -> bool:
        return not self.empty() and self._data[self._at] == tag

    def any(self, problem: str) -> tuple[int, bytes]:
        """Return tag and content of the next element."""
        start, size = self._at + 2, len(self._data)
        if start > size or self._data[self._at] & 0x1F == 0x1F:
            raise CertificateError(problem)
        length = self._data[start - 1]
        if length & 0x80:
            count = length & 0x7F
            spelt = self._data[start : start + count]
            length = int.from_bytes(spelt, "big")
            if not 1 <= count <= 4 or len(spelt) < count or length < 0x80 or not spelt[0]:
                raise CertificateError(problem)
            start += count
        if start + length > size:
            raise CertificateError(problem)
        tag, self._at = self._data[self._at], start + length
        return tag, self._data[start : self._at]

    def read(self, tag: int, problem: str) -> bytes:
        """Return the content of the next element, which has this tag."""
        found, content = self.any(problem)
        if found != tag:
            raise CertificateError(problem)
        return content

    def within(self, tag: int, problem: str) -> _Reader:
        return _Reader(self.read(tag, problem))

    def integer(self, problem: str, most: int | None = None) -> int:
        """Return an INTEGER, spelt in as few bytes as it can be, and in at most so many."""
        content = self.read(der.INTEGER, problem)
        longer = len(content) > 1 and content[0] in (0, 0xFF) and (content[0] ^ content[1]) & 0x80 == 0
        if not content or longer or (most is not None and len(content) > most):
            raise CertificateError(problem)
        return int.from_bytes(content, "big", signed=True)

    def identifier(self, problem: str) -> str:
        """Return an OBJECT IDENTIFIER, dotted."""
        content = self.read(der.OBJECT, problem)
        if not content or content[-1] & 0x80:
            raise CertificateError(problem)
        arcs: list[int] = []
        arc, fresh = 0, True
        for byte in content:
            if (fresh and byte == 0x80) or arc >= 1 << 24:
                raise CertificateError(problem)
            arc = arc << 7 | byte & 0x7F
            fresh = not byte & 0x80
            if fresh:
                arcs.append(arc)
                arc = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))

    def bits(self, problem: str) -> bytes:
        """Return a BIT STRING's bytes, their bits at the right."""
        content = self.read(der.BIT_STRING, problem)
        unused, body = content[:1], content[1:]
        if not unused or unused[0] > 7 or (not body and unused[0]):
            raise CertificateError(problem)
        value = int.from_bytes(body, "big")
        if value & ((1 << unused[0]) - 1):
            raise CertificateError(problem)
        return (value >> unused[0]).to_bytes(len(body), "big")


def check(data: bytes) -> None:
    """Say that a certificate can be read as far as this looks.

    Raises:
        CertificateError: it cannot.
    """
    outer = _Reader(data)
    whole = outer.within(der.SEQUENCE, "malformed certificate")
    body = whole.within(der.SEQUENCE, "malformed tbs certificate")
    version = _version(body)
    if body.integer("malformed serial number") < 0:
        raise CertificateError("negative serial number")
    algorithm = body.read(der.SEQUENCE, "malformed signature algorithm identifier")
    if whole.read(der.SEQUENCE, "malformed algorithm identifier") != algorithm:
        raise CertificateError("inner and outer signature algorithm identifiers don't match")
    _algorithm(algorithm)
    _name(body.within(der.SEQUENCE, "malformed issuer"))
    validity = body.within(der.SEQUENCE, "malformed validity")
    _time(validity)
    _time(validity)
    # Go says issuer here, too.
    _name(body.within(der.SEQUENCE, "malformed issuer"))
    _key(body.within(der.SEQUENCE, "malformed spki"))
    if version > 1:
        for tag, problem in _UNIQUE:
            if body.next_is(tag):
                body.any(problem)
    if version == 3 and body.next_is(_EXTENSIONS):
        _extensions(body.within(_EXTENSIONS, "malformed extensions"))
    whole.bits("malformed signature")
    if not outer.empty():
        raise CertificateError("trailing data")


def _version(body: _Reader) -> int:
    problem = "malformed version"
    if not body.next_is(_VERSION):
        return 1
    inner = body.within(_VERSION, problem)
    version = inner.integer(problem, 8) + 1
    if not inner.empty() or version < 1:
        raise CertificateError(problem)
    if version > 3:
        raise CertificateError("invalid version")
    return version


def _algorithm(data: bytes) -> tuple[str, bytes]:
    """Return an algorithm's identifier, and its parameters as they stand."""
    inner = _Reader(data)
    identifier = inner.identifier("malformed OID")
    if inner.empty():
        return identifier, b""
    return identifier, der.element(*inner.any("malformed parameters"))


def _name(names: _Reader) -> None:
    problem = "invalid RDNSequence"
    while not names.empty():
        attributes = names.within(der.SET, problem)
        while not attributes.empty():
            attribute = attributes.within(der.SEQUENCE, f"{problem}: invalid attribute")
            attribute.identifier(f"{problem}: invalid attribute type")
            value = f"{problem}: invalid attribute value"
            if wrong := _wrong_text(*attribute.any(value)):
                raise CertificateError(f"{value}: {wrong}")


def _wrong_text(tag: int, data: bytes) -> str:
    if tag == _T61:
        return ""
    if tag == der.PRINTABLE_STRING:
        return "" if _PRINTABLE.issuperset(data) else "invalid PrintableString"
    if tag == der.UTF8_STRING:
        try:
            data.decode()
        except UnicodeDecodeError:
            return "invalid UTF-8 string"
        return ""
    if tag == _BMP:
        codes = [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
        odd = any(0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code >= 0xFFFE for code in codes)
        return "invalid BMPString" if len(data) % 2 or odd else ""
    if tag == _IA5:
        return "" if data.isascii() else "invalid IA5String"
    if tag == _NUMERIC:
        return "" if _DIGITS.issuperset(data) else "invalid NumericString"
    return f"unsupported string type: {tag}"


def _time(times: _Reader) -> None:
    layouts: tuple[str, ...]
    if times.next_is(der.UTC_TIME):
        problem, layouts = "malformed UTCTime", ("060102150405Z0700", "0601021504Z0700")
        data = times.read(der.UTC_TIME, problem)
    elif times.next_is(der.GENERALIZED_TIME):
        problem, layouts = "malformed GeneralizedTime", ("20060102150405Z0700",)
        data = times.read(der.GENERALIZED_TIME, problem)
    else:
        raise CertificateError("unsupported time format")
    text = data.decode("utf-8", "surrogateescape")
    if not any(_is_time(text, layout) for layout in layouts):
        raise CertificateError(problem)


def _is_time(text: str, layout: str) -> bool:
    from hivehelm.golang.timeparse import TimeError, parse
    from hivehelm.golang.zone import UTC

    try:
        return parse(layout, text, UTC).format(layout) == text
    except TimeError:
        return False


def _key(info: _Reader) -> None:
    """Look at a public key and its algorithm."""
    algorithm, parameters = _algorithm(info.read(der.SEQUENCE, "malformed public key algorithm identifier"))
    data = info.bits("malformed subjectPublicKey")
    if algorithm == _RSA:
        if parameters != der.element(der.NULL, b""):
            raise CertificateError("RSA key missing NULL parameters")
        key = _Reader(data).within(der.SEQUENCE, "invalid RSA public key")
        modulus = key.integer("invalid RSA modulus")
        exponent = key.integer("invalid RSA public exponent", 8)
        if modulus <= 0:
            raise CertificateError("RSA modulus is not a positive number")
        if exponent <= 0:
            raise CertificateError("RSA public exponent is not a positive number")
    elif algorithm == _ECDSA:
        if _Reader(parameters).identifier("invalid ECDSA parameters") not in _CURVES:
            raise CertificateError("unsupported elliptic curve")
    elif algorithm == _ED25519:
        if parameters:
            raise CertificateError("Ed25519 key encoded with illegal parameters")
        if len(data) != 32:
            raise CertificateError("wrong Ed25519 public key size")


def _extensions(holder: _Reader) -> None:
    seen: set[str] = set()
    extensions = holder.within(der.SEQUENCE, "malformed extensions")
    while not extensions.empty():
        extension = extensions.within(der.SEQUENCE, "malformed extension")
        identifier = extension.identifier("malformed extension OID field")
        if extension.next_is(der.BOOLEAN):
            problem = "malformed extension critical field"
            if extension.read(der.BOOLEAN, problem) not in (b"\0", b"\xff"):
                raise CertificateError(problem)
        extension.read(der.OCTET_STRING, "malformed extension value field")
        if identifier in seen:
            raise CertificateError(f'certificate contains duplicate extension with OID "{identifier}"')
        seen.add(identifier)
