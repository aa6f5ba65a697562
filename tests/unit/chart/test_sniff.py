from __future__ import annotations

import pytest

from hivehelm.chart.sniff import content_type


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "text/plain; charset=utf-8"),
        (b"plain\n", "text/plain; charset=utf-8"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"  <html >", "text/html; charset=utf-8"),
        (b"<!doctype html>", "text/html; charset=utf-8"),
        (b"<htmlx>", "text/plain; charset=utf-8"),
        (b"\n<?xml version", "text/xml; charset=utf-8"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\xff\xfea\0", "text/plain; charset=utf-16le"),
        (b"RIFF....WEBPVP", "image/webp"),
        (b"RIFF....WAVE", "audio/wave"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4"),
        (b"\0\0\0\x14ftypisom\0\0\0\0avc1\0\0\0\0", "application/octet-stream"),
        (b"\0" * 34 + b"LP", "application/vnd.ms-fontobject"),
        (b"PK\x03\x04", "application/zip"),
        (b"\x00asm", "application/wasm"),
    ],
)
def test_types_are_gos(data: bytes, kind: str) -> None:
    assert content_type(data) == kind
