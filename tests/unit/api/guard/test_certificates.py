"""The server's TLS."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest

from hivehelm.api.guard import certificates as module
from hivehelm.api.guard.certificates import CertificateFileError, Certificates
from hivehelm.http.tls import present
from hivehelm.testing.authority import Authority

AUTHORITY = Authority()


def write(directory: Path, name: str = "127.0.0.1", authority: Authority = AUTHORITY) -> tuple[str, str]:
    certificate, key = authority.issue(name)
    (directory / "tls.crt").write_bytes(certificate)
    (directory / "tls.key").write_bytes(key)
    return str(directory / "tls.crt"), str(directory / "tls.key")


def shake(server: ssl.SSLContext, client: ssl.SSLContext) -> ssl.SSLSocket:
    """Let two contexts agree on a connection; return the client's side."""
    here, there = socket.socketpair()
    failed: list[Exception] = []

    def serve() -> None:
        try:
            with server.wrap_socket(there, server_side=True) as made:
                made.recv(1)
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        made = client.wrap_socket(here, server_hostname="127.0.0.1")
        with contextlib.suppress(OSError):  # the server may have said no already
            made.send(b"x")
        thread.join()
        if failed:
            raise failed[0]
        return made
    finally:
        here.close()
        thread.join()


def trusting(**versions: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=AUTHORITY.pem.decode())
    for name, version in versions.items():
        setattr(context, name, version)
    return context


def test_it_speaks_modern_tls_alone(tmp_path: Path) -> None:
    server = Certificates(*write(tmp_path)).context
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        shake(server, trusting(minimum_version=version, maximum_version=version)).close()
    assert server.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_new_certificate_is_taken_up(tmp_path: Path) -> None:
    certificates = Certificates(*write(tmp_path))
    first = shake(certificates.context, trusting()).getpeercert(binary_form=True)
    assert not certificates.refresh()
    write(tmp_path)
    os.utime(tmp_path / "tls.crt", ns=(1, 1))
    assert certificates.refresh()
    second = shake(certificates.factory(), trusting()).getpeercert(binary_form=True)
    assert first != second


def test_one_that_changes_while_it_is_loaded_is_the_one_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = Certificates(*write(tmp_path))
    write(tmp_path)
    expected = ssl.PEM_cert_to_DER_cert((tmp_path / "tls.crt").read_text())

    def changing(*given: Any) -> None:
        present(*given)
        (tmp_path / "tls.key").write_bytes(AUTHORITY.issue("127.0.0.1")[1])

    monkeypatch.setattr(module, "present", changing)
    assert certificates.refresh()
    assert shake(certificates.context, trusting()).getpeercert(binary_form=True) == expected


def test_a_half_written_one_is_left_alone(tmp_path: Path) -> None:
    certificates = Certificates(*write(tmp_path))
    before = shake(certificates.context, trusting()).getpeercert(binary_form=True)
    key = (tmp_path / "tls.key").read_bytes()
    write(tmp_path)
    (tmp_path / "tls.key").write_bytes(key)
    assert not certificates.refresh()
    (tmp_path / "tls.crt").unlink()
    assert not certificates.refresh()
    assert shake(certificates.context, trusting()).getpeercert(binary_form=True) == before


def test_clients_may_need_a_certificate(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(AUTHORITY.pem)
    server = Certificates(*write(tmp_path), str(tmp_path / "ca.pem")).context
    with pytest.raises(ssl.SSLError):
        shake(server, trusting())
    client = trusting()
    client.load_cert_chain(*write(tmp_path, "client"))
    shake(server, client).close()


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    certificate, key = write(tmp_path)
    (tmp_path / "junk").write_text("junk")
    junk, none = str(tmp_path / "junk"), str(tmp_path / "none")
    for arguments, message in (
        ((none, key), "No such file"),
        ((certificate, none), "No such file"),
        ((junk, key), "cannot be used"),
        ((certificate, junk), "cannot be used"),
        ((certificate, key, none), "authorities of clients in .* No such file"),
        ((certificate, key, junk), "authorities of clients in .* cannot be used"),
    ):
        with pytest.raises(CertificateFileError, match=message):
            Certificates(*arguments)
