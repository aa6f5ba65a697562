from __future__ import annotations

from hivehelm.golang.kinds import NamedMap, StringSlice, Struct
from hivehelm.golang.time import Time
from hivehelm.gotemplate.functions.certificates import Certificate
from hivehelm.gotemplate.functions.copying import copy


class Named(NamedMap):
    __slots__ = ()
    GO_TYPE = "named"


class Opaque(Struct):
    __slots__ = ()


def test_nothing_is_shared() -> None:
    inner = {"b": [1]}
    original = Named(a=inner, s=StringSlice(["x"]))
    copied = copy(original)
    assert copied == original
    assert type(copied) is Named
    assert type(copied["s"]) is StringSlice
    inner["b"].append(2)
    assert copied == {"a": {"b": [1]}, "s": ["x"]}


def test_structs() -> None:
    certificate = Certificate("c", "k")
    copied = copy(certificate)
    assert copied is not certificate
    assert (copied.cert, copied.key) == ("c", "k")
    time, opaque = Time(1), Opaque()
    assert copy(time) is time
    assert copy(opaque) is opaque
