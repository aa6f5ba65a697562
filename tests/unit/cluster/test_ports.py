from __future__ import annotations

import random
import socket

import pytest

from hivehelm.cluster import ports


def test_a_port_that_is_listened_on_is_not_free() -> None:
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        server.listen()
        port = server.getsockname()[1]
        assert not ports.free(port)
    assert ports.free(port)


def test_ports_are_chosen_where_nothing_outgoing_takes_them() -> None:
    assert all(20000 <= ports.choose() < 30000 for _ in range(20))


def test_ports_that_others_remember_are_avoided(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([20001, 20002, 20003])
    monkeypatch.setattr(random, "randint", lambda _first, _last: next(drawn))
    monkeypatch.setattr(ports, "free", lambda port: port != 20002)
    assert ports.choose({20001}) == 20003


def test_the_search_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "free", lambda _port: False)
    with pytest.raises(OSError, match="no free port between 20000 and 29999"):
        ports.choose()
