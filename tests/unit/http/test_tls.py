"""Contexts of TLS."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest

from hivehelm.http import tls
from hivehelm.http.errors import TLSConfigError
from hivehelm.testing.authority import Authority


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def test_whom_a_context_trusts(authority: Authority) -> None:
    assert tls.context().verify_mode == ssl.CERT_REQUIRED
    assert len(tls.context(authorities=authority.pem).get_ca_certs()) == 1
    blind = tls.context(insecure=True)
    assert (blind.verify_mode, blind.check_hostname) == (ssl.CERT_NONE, False)
    for junk in (b"junk", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"):
        with pytest.raises(TLSConfigError, match=r"^failed to append certificates from pem block$"):
            tls.context(authorities=junk)


def test_certificates_of_ours(authority: Authority) -> None:
    certificate, key = authority.issue("a")
    tls.context(certificate=certificate, key=key)
    other = authority.issue("b")[1]
    begin = b"-----BEGIN "
    for pair, text in (
        ((certificate, other), "tls: private key does not match public key"),
        ((b"x", key), "tls: failed to find any PEM data in certificate input"),
        ((certificate, b"x"), "tls: failed to find any PEM data in key input"),
        ((begin, begin), "tls: failed to parse certificate or private key"),
    ):
        with pytest.raises(TLSConfigError) as raised:
            tls.context(certificate=pair[0], key=pair[1])
        assert str(raised.value) == text


@pytest.mark.parametrize("missing", ["memfd_create", "/proc"])
def test_keys_where_there_are_no_files_in_memory(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    if missing == "/proc":
        monkeypatch.setattr(os.path, "exists", lambda _: False)
    else:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    certificate, key = authority.issue("a")
    tls.context(certificate=certificate, key=key)
    assert list(tmp_path.iterdir()) == []
