"""Random values of all of Go's kinds that templates can hold, and random formats for them."""

from __future__ import annotations

import random
import struct

from hivehelm.golang import kinds
from hivehelm.golang.duration import Duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

WORDS = (
    *(
        "",
        "a",
        "b",
        "x y",
        "a: b",
        "- x",
        "yes",
        "1e3",
        "0x1",
        "~",
        "null",
        "true",
        "#c",
        "a #b",
        " x",
        "x ",
        "a\nb",
    ),
    *(
        "a\n",
        "\na",
        "'",
        '"',
        "`",
        "\\",
        "2001-01-01",
        "1:30",
        "190:20:30.5",
        ".5",
        "+1",
        "0o7",
        "<<",
        "=",
        "%x",
        "@x",
    ),
    *(
        "\t",
        "a\tb",
        "a: ",
        "\x7f",
        "\x00",
        "\x1b",
        "\x85",
        "\xa0",
        "\u2028",
        "\ufeff",
        "\ufffd",
        "\U0001f600",
        "&x",
    ),
    *(
        "é",
        "☺",
        "世界",
        "a" * 90,
        "ab " * 40,
        " " * 3,
        "\n\n",
        "x\n  y\n",
        "a\r\nb",
        "<a>&",
        "---",
        "--- a",
        "...",
        ".",
    ),
    *(
        "012",
        "1_000",
        "0b1",
        "-0b1",
        "1.",
        "12e03",
        "key",
        "Key",
        "k1",
        "k10",
        "k2",
        "{}",
        "[]",
        "?",
        ":",
        "-",
        "!x",
    ),
    *(
        "\udcff",
        "a\udc80b",
        "\u0300",
        "e\u0301",
        "\U000e0001",
        "\ud7ff",
        "\ue000",
        "\x85a",
        "a\u2029\nb",
        "y",
        "n",
        "on",
    ),
)
_INTEGERS = (
    0,
    1,
    -1,
    7,
    10,
    42,
    65,
    97,
    127,
    128,
    255,
    256,
    0x263A,
    0xD800,
    0xFFFD,
    0x10FFFF,
    0x110000,
    1 << 31,
)
_FLOATS = (
    *(
        0.0,
        -0.0,
        1.0,
        -1.5,
        0.1,
        1e6,
        999999.0,
        1e20,
        1e21,
        123456789.0,
        1e-4,
        1e-5,
        1e-6,
        1e-7,
        5e-324,
        1e308,
    ),
    *(1234567.8, 2.5, 3.5, 1e15, 1e16, 9007199254740993.0, 1.7976931348623157e308, 1 / 3, 100.0, 1e100),
)
_SIZED = (
    *(kinds.Int8, kinds.Int16, kinds.Int32, kinds.Int64, kinds.Uint, kinds.Uint8, kinds.Uint16, kinds.Uint32),
    *(kinds.Uint64, Duration),
)
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Values:
    """Random values, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311
        self._left = 16

    def one(self, choices: Sequence[Any]) -> Any:
        """Return one of them."""
        return self.random.choice(choices)

    def text(self) -> str:
        """Return a string, perhaps with bytes that are not UTF-8."""
        chance = self.random.random()
        if chance < 0.7:
            return str(self.one(WORDS))
        if chance < 0.85:
            return "".join(self.one(WORDS) for _ in range(self.random.randrange(4)))
        return "".join(chr(self._code()) for _ in range(self.random.randrange(1, 8)))

    def _code(self) -> int:
        top = self.one((0x80, 0x100, 0x800, 0x3000, 0xD800, 0x1F700, 0x110000))
        code = self.random.randrange(top)
        return code - 0x1000 if 0xD800 <= code < 0xE000 else int(code)

    def integer(self) -> int:
        """Return an integer of any size up to 64 bits."""
        if self.random.random() < 0.5:
            return int(self.one(_INTEGERS))
        return self.random.getrandbits(self.random.randrange(1, 64)) * int(self.one((1, -1)))

    def float(self, *, finite: bool = False) -> float:
        """Return a float: common ones, whole ones, and any bits."""
        chance = self.random.random()
        if chance < 0.4:
            return float(self.one(_FLOATS) * self.one((1, -1)))
        if chance < 0.6:
            return float(self.integer())
        if chance < 0.75:
            return round(self.random.uniform(-1000, 1000), self.random.randrange(5))
        (found,) = struct.unpack("<d", self.random.getrandbits(64).to_bytes(8, "little"))
        return 0.0 if finite and not abs(found) < float("inf") else float(found)

    def plain(self, depth: int = 3) -> Any:
        """Return what JSON can hold: null, booleans, floats, strings, lists and maps."""
        self._left -= 1
        chance = self.random.random()
        if depth <= 0 or self._left <= 0 or chance < 0.5:
            kind = self.random.randrange(8)
            if kind < 4:
                return self.text()
            return self.float(finite=True) if kind < 6 else self.one((None, True, False))
        if chance < 0.7:
            return [self.plain(depth - 1) for _ in range(self.random.randrange(4))]
        return {self.text(): self.plain(depth - 1) for _ in range(self.random.randrange(5))}

    def any(self, depth: int = 2) -> Any:
        """Return a value of any kind."""
        self._left -= 1
        kind = self.random.randrange(20)
        if depth <= 0 or self._left <= 0:
            kind %= 12
        if kind < 3:
            return self.text()
        if kind < 5:
            return self.integer()
        if kind < 7:
            return self.float()
        if kind == 7:
            return self.one((None, True, False))
        if kind == 8:
            return self.one(_SIZED).wrap(self.integer())
        if kind == 9:
            bits = self.one(
                (0x3DCCCCCD, 0x80000000, 0x4B800000, self.random.getrandbits(32), self.random.getrandbits(32))
            )
            return kinds.Float32(*struct.unpack("<f", bits.to_bytes(4, "little")))
        if kind == 10:
            return complex(self.float(), self.float())
        if kind == 11:
            return self.one(
                (b"", b"hi", b"\xff\x00", kinds.NilSlice(), kinds.NilStringSlice(), kinds.NilMap())
            )
        if kind < 15:
            return [self.any(depth - 1) for _ in range(self.random.randrange(4))]
        if kind < 18:
            return {self.text(): self.any(depth - 1) for _ in range(self.random.randrange(4))}
        if kind == 18:
            texts = [self.text() for _ in range(self.random.randrange(3))]
            return self.one((kinds.StringSlice(texts), kinds.StringMap({text: text for text in texts})))
        return kinds.IntSlice(self.integer() for _ in range(self.random.randrange(3)))

    def format(self) -> str:
        """Return a format with some verbs in it, right or wrong."""
        return "".join(self._verb() for _ in range(self.random.choice((1, 1, 1, 2, 3))))

    def _verb(self) -> str:
        chance = self.random.random()
        if chance < 0.06:
            return str(
                self.one(
                    ("%%", "a", "é%", "%", "%!", "% %", "%-", "%5", "%.", "%[", "%[1", "%[x]d", "%é", "100%")
                )
            )
        flags = "".join(self.one("+-# 0") for _ in range(self.one((0, 0, 1, 1, 2, 3))))
        width = self.one(("", "", "", "", "1", "3", "8", "20", "*", "[1]*", "[2]", "[9]", "05", "2000000"))
        precision = self.one(
            ("", "", "", "", ".", ".0", ".1", ".2", ".3", ".10", ".20", ".*", ".[2]*", ".[1]", ".-1")
        )
        index = self.one(("", "", "", "", "", "", "", "[1]", "[2]", "[3]", "[0]", "[-1]", "[]"))
        verb = self.one("vvvvvsssqqdddtTxXeEfFgGbocUO") if chance < 0.9 else self.one(_LETTERS)
        return f"%{flags}{width}{precision}{index}{verb}"
