from __future__ import annotations

import pytest

from hivehelm.sources.oci.challenge import Challenge, parse


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", Challenge()),
        ("Digest realm=x", Challenge()),
        ("basic realm=x", Challenge(scheme="basic")),
        (
            'Bearer realm="https://a/b",service="s",scope="repository:x:pull"',
            Challenge(scheme="bearer", realm="https://a/b", service="s", scope="repository:x:pull"),
        ),
        (
            'bearer\trealm = token , service\t=\t"a\\"b" , x=y',
            Challenge(scheme="bearer", realm="token", service='a"b'),
        ),
        ('Bearer realm="https://a', Challenge(scheme="bearer")),
        ('Bearer realm="a\\q"', Challenge(scheme="bearer")),
        ('Bearer realm="a\nb"', Challenge(scheme="bearer")),
        ("Bearer realm=x;service=y", Challenge(scheme="bearer", realm="x")),
        ("Bearer realm=,service=y", Challenge(scheme="bearer")),
        ("Bearer realm", Challenge(scheme="bearer")),
        ("Bearer", Challenge(scheme="bearer")),
    ],
)
def test_challenges(header: str, found: Challenge) -> None:
    assert parse(header) == found
