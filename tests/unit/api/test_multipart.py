from __future__ import annotations

import pytest

from hivehelm.api.multipart import FormError, fields, is_form

TYPE = "multipart/form-data; boundary=XX"


def form(*parts: tuple[str, bytes], end: bytes = b"--XX--\r\n") -> bytes:
    return b"".join(b"--XX\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n" for head, data in parts) + end


def field(name: str) -> str:
    return (
        f'Content-Disposition: form-data; name="{name}"; filename="a.tgz"\r\nContent-Type: application/gzip'
    )


def test_fields_are_found_by_their_names() -> None:
    body = form((field("chart"), b"\r\n--X\r\n\0"), (field("prov"), b""), (field("chart"), b"another"))
    assert fields(body, TYPE) == {"chart": b"\r\n--X\r\n\0", "prov": b""}
    assert fields(b"preamble\r\n" + body + b"epilogue", 'Multipart/Form-Data; charset=x; BOUNDARY="XX"')


def test_names_may_be_quoted_or_not() -> None:
    body = form(
        ("content-disposition: form-data; name=chart", b"1"),
        ('content-disposition: form-data; filename="a;name=\\"no\\""; name="p\\"r"', b"2"),
        ("content-disposition: form-data", b"3"),
        ("x: y", b"4"),
    )
    assert fields(body, TYPE) == {"chart": b"1", 'p"r': b"2"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing",
        form((field("chart"), b"1"), end=b""),
        b"--XX\r\nno end",
        b"--XXY\r\n",
        b"--XX\r\n\r\n",
        b"--XX\r\nx: y\r\n--XX--",
        form(*[(field("a"), b"")] * 20),
    ],
)
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(FormError):
        fields(body, TYPE)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary", f"a; boundary={'x' * 71}"]
)
def test_forms_have_boundaries(kind: str) -> None:
    with pytest.raises(FormError, match="boundary"):
        fields(form(), kind)


def test_forms_are_told_by_their_type() -> None:
    assert is_form("Multipart/form-data ;boundary=x")
    assert not is_form("application/octet-stream")
