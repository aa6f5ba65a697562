"""What a file that is not a chart seems to be: Go's `http.DetectContentType`, for one error message."""

from __future__ import annotations

_TAGS = b"HTML HEAD SCRIPT IFRAME H1 DIV FONT TABLE A STYLE TITLE B BODY BR P !--"
_HTML = (b"<!DOCTYPE HTML", *(b"<" + tag for tag in _TAGS.split()))
_STARTS = (
    (b"%PDF-", "application/pdf"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"\xfe\xff", "text/plain; charset=utf-16be"),
    (b"\xff\xfe", "text/plain; charset=utf-16le"),
    (b"\xef\xbb\xbf", "text/plain; charset=utf-8"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"\x00\x00\x02\x00", "image/x-icon"),
    (b"BM", "image/bmp"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"ID3", "audio/mpeg"),
    (b"OggS\x00", "application/ogg"),
    (b"MThd\x00\x00\x00\x06", "audio/midi"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\x00\x01\x00\x00", "font/ttf"),
    (b"OTTO", "font/otf"),
    (b"ttcf", "font/collection"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\x1f\x8b\x08", "application/x-gzip"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1a\x07\x00", "application/x-rar-compressed"),
    (b"Rar!\x1a\x07\x01\x00", "application/x-rar-compressed"),
    (b"\x00asm", "application/wasm"),
)
_CONTAINERS = (
    (b"RIFF", b"WEBPVP", "image/webp"),
    (b"FORM", b"AIFF", "audio/aiff"),
    (b"RIFF", b"AVI ", "video/avi"),
    (b"RIFF", b"WAVE", "audio/wave"),
)
_BINARY = frozenset(range(0x20)) - frozenset(b"\t\n\x0c\r\x1b")


def content_type(data: bytes) -> str:
    """Return the media type of the first 512 bytes of a file."""
    text = data.lstrip(b"\t\n\x0c\r ")
    for tag in _HTML:
        if text[: len(tag)].upper() == tag and text[len(tag) : len(tag) + 1] in (b" ", b">"):
            return "text/html; charset=utf-8"
    if text.startswith(b"<?xml"):
        return "text/xml; charset=utf-8"
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    for start, inner, kind in _CONTAINERS:
        if data.startswith(start) and data[8:].startswith(inner):
            return kind
    if _is_mp4(data):
        return "video/mp4"
    if data[34:36] == b"LP":
        return "application/vnd.ms-fontobject"
    return "application/octet-stream" if _BINARY.intersection(text) else "text/plain; charset=utf-8"


def _is_mp4(data: bytes) -> bool:
    size = int.from_bytes(data[:4], "big")
    if size % 4 or size > len(data) or data[4:8] != b"ftyp":
        return False
    # The four bytes after the first brand are its version.
    return any(data[at : at + 3] == b"mp4" for at in range(8, size, 4) if at != 12)
