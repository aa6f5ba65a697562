"""Random templates: well-formed ones with values of any kind anywhere, and ill-formed ones."""

from __future__ import annotations

import random
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# What the templates start with.
DATA: dict[str, Any] = {
    "a": 1.0,
    "b": True,
    "e": "",
    "f": 1.5,
    "n": None,
    "l": ["x", 2.0, None, {"k": "v"}],
    "m": {"k": "v", "z": {"y": "deep", "n": None}, "l": [1.0]},
    "s": "text",
    "u": "héllo\n wörld",
    "v": "1.2.3",
    "t": ["b", "a", "b"],
    "o": {},
    "p": [],
    "big": 1e20,
}

NUMBERS = (
    *(
        "1",
        "0",
        "2",
        "-3",
        "+7",
        "0x1F",
        "-0x1E",
        "0X_f",
        "0b11",
        "0o17",
        "017",
        "-017",
        "1_000",
        "0_7",
        "00",
    ),
    *(
        "1.5",
        "1e3",
        "1E-2",
        "-0.0",
        "-0",
        ".5",
        "5.",
        "1.0",
        "1e0",
        "0x1p4",
        "0x1.8p1",
        "-0x1P-2",
        "1e30",
        "0e0",
    ),
    *("2i", "1.5i", "0i", "1+2i", "1-0i", "-1.5+2e1i", "0x1p1+1i", "1+0x1p1i", "1e1i"),
    *("'a'", "'e'", "'\\n'", "'\\''", "'é'", "'\\x41'", "'\\377'", "'\\u00e9'", "'.'", "'\"'"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"),
    *("18446744073709551615", "18446744073709551616", "0xFFFFFFFFFFFFFFFF", "0x7FFFFFFFFFFFFFFF", "1e19"),
    *("9007199254740993", "1e18", "0x8000000000000000", "9.5e18", "1e-400", "9223372036854775808.0"),
)
STRINGS = (
    *('"s"', '"a\\tb"', "`raw`", '""', '"%v-%d"', '"é"', '"%T"', '"%s"', '"%q %5.2f"', '"k"', '"\\x00\\377"'),
    *(
        '"-"',
        '"a,b"',
        '"1.2"',
        '">=1.0"',
        '"[a-z]+"',
        '"("',
        '"2h"',
        '"10"',
        '"\\u00e9"',
        "`a\nb`",
        '"%#v|%+v"',
    ),
)
WORDS = ("true", "false", "nil")
FIELDS = (
    *(".a", ".b", ".e", ".f", ".n", ".l", ".m", ".s", ".u", ".v", ".t", ".o", ".p", ".big"),
    *(
        ".m.k",
        ".m.z",
        ".m.z.y",
        ".m.z.n",
        ".m.z.n.q",
        ".q",
        ".q.r",
        "$.a",
        "$.m.k",
        "$.l",
        "$.q",
        "$.q.r",
        "$.n.x",
    ),
    *(
        "$x.k",
        "$x.z.y",
        "$x.q",
        "$x.q.r",
        "$y.k",
        "$y.z.y",
        ".s.t",
        ".a.b",
        ".l.k",
        ".b.c.d",
        "$.s.t.u",
        ".m.l.x",
    ),
)
_LINES = (Path(__file__).parent / "calls.txt").read_text().split("\n\n")
NAMES, CALLS = (tuple(line for line in part.splitlines() if line[:1] != "#") for part in _LINES)
KINDS = {
    "I": ("1", "0", "2", "3", "-1", "'a'", "(int .a)", "(len .l)", "1.0", "0x1F", "$i"),
    "F": ("1.5", ".a", ".f", ".big", "1", "1e3", "(float64 3)", "-0.0"),
    "S": (
        '"k"',
        '"s"',
        '"-"',
        '"k"',
        '"a"',
        ".s",
        ".u",
        ".e",
        "(upper .s)",
        ".v",
        "`raw`",
        ".m.k",
        '"%v"',
        '"é"',
    ),
    "L": (
        ".l",
        ".t",
        "(list 1 2)",
        ".p",
        '(list "b" "a")',
        ".m.l",
        "(rest .l)",
        "(list)",
        '(splitList "," "a,b")',
    ),
    "D": (
        ".m",
        ".o",
        '(dict "k" 1)',
        ".m.z",
        "(dict)",
        "$x",
        '(dict "k" (dict "z" 1) "a" nil)',
        "(deepCopy .m)",
    ),
    "N": ('(dict "k" 1)', '(dict "k" (dict "z" 1) "a" nil)', "(dict)", '(dict "z" (dict "y" 1 "w" 2))'),
    "V": ("1", '"k"', "nil", ".f", "true", ".s"),
    "B": ("true", "false", ".b", "(not .a)", "(eq .s .s)"),
}
UNKNOWN = ("nothing", "toyaml", "é", "_", "include2")

TEXTS = ("", "", "x", " ", "\n", "\n  ", "{", "}", "é", "a: b\n", "\t", "{ {", "-", "}}", "\r\n")
OPENINGS = ("{{ ", "{{- ", "{{", "{{\n", "{{-\n")
CLOSINGS = (" }}", " -}}", "}}", "\n}}", "\t-}}")
# What may be rendered, from the text itself and from the templates that it defines. None comes to render
# itself, but for one: that takes seconds, and with loops for ever.
DEFINED = {"": ('"p"', "`p`", '"d"', '"e"', '"q"', '"é\\t"'), '"d"': ('"p"', '"e"')}
# Nor do two render each other: what a text defines may have blocks of those after it alone.
DEFINITIONS = ('define "t"', 'define "d"', 'block "d" .', 'define "e"', 'block "e" .m', "block `q` nil")
ORDER = ("", '"t"', '"d"', '"e"', "`q`", '"b"')

DAMAGE = (
    *(
        "",
        "{{",
        "}}",
        "{{-",
        "-}}",
        "{{ end }}",
        "{{ else }}",
        "{{ break }}",
        "{{ else if }}",
        "{{ define }}",
    ),
    *(
        "(",
        ")",
        "|",
        ",",
        ":=",
        "=",
        ".",
        "$",
        '"',
        "`",
        "'",
        "\\",
        "/*",
        "*/",
        "{{/*",
        "-",
        " ",
        "\n",
        "end",
        "if",
    ),
    *(
        "range",
        "define",
        "nil",
        "é",
        "\x00",
        "@",
        "1x",
        "..",
        "$z",
        ".x.",
        "0x",
        "else",
        "with",
        "block",
        "template",
    ),
    *("break", "continue", ":", "+", "%", "#", "1.2.3", "0b2", "0o8", "1__0", "''", "'ab'", "'\\q'", '"\\q"'),
    *(
        " | ",
        " | 1",
        "| nil",
        "()",
        "(.)",
        ".1",
        "$x := 1",
        "$x, $y := .",
        "$x, $y, $z := .l",
        "\u2028",
        "\udc80",
    ),
    *(
        "1i2",
        "1+2",
        "1+i",
        "0x1.8",
        "1e",
        "1e+",
        "0xg",
        "99999999999999999999",
        "$.",
        "$1",
        "$é",
        ".é",
        "x.y",
        "1.e",
    ),
    *(
        '{{ template "d" }}',
        "{{ template d }}",
        '{{ define "d" }}',
        "{{ if }}",
        "{{ range }}",
        "{{}}",
        "{{ | }}",
    ),
    *(
        "{{ /* c */ }}",
        "{{- /* c */}}",
        "{{/* c */ -}}",
        "{{/* c */-}}",
        "{{-/* c */}}",
        "{{ $ }}",
        "true.x",
        "nil.x",
    ),
    *(
        '"s".x',
        "1.x",
        ".x.1",
        ".x-y",
        "$x-1",
        "(1).x",
        "print.x",
        "(",
        "{{end}}{{end}}",
        '{{block "d"}}',
        "''x",
    ),
)


RANGED = (
    ".l",
    ".m",
    "3",
    ".",
    "$x",
    ".t",
    ".o",
    ".p",
    ".m.z",
    "(list 1 nil .m)",
    ".s",
    ".a",
    "until 3",
    ".n",
)


class Grammar:
    """Templates that a seed decides."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 cases, no secrets
        self._left = 0
        self._loops = 0
        self._declared = True
        self._inside = ""

    def template(self) -> str:
        """Return a template; some are damaged."""
        if not self._random.randrange(5000):
            return f'{{{{ template "t" . }}}}{self._one(TEXTS)}'
        self._left = self._one((2, 4, 8, 16))
        self._declared = self._random.random() < 0.8
        text = self._pieces(3)
        text += '{{ define "p" }}[{{ . }}]{{ end }}'
        if self._declared:
            text = "{{ $x := .m }}{{ $y := 1 }}{{ $i := 2 }}" + text
        for _ in range(self._one((0, 0, 0, 0, 0, 1, 2))):
            place = self._random.randrange(len(text) + 1)
            text = text[:place] + self._one(DAMAGE) + text[place + self._random.randrange(4) :]
        return text

    def _one(self, choices: Sequence[Any]) -> Any:
        return choices[int(self._random.random() * len(choices))]

    # --- statements

    def _pieces(self, depth: int) -> str:
        return "".join(self._piece(depth) for _ in range(self._one((1, 1, 2, 3))))

    def _piece(self, depth: int) -> str:
        self._left -= 1
        kind = self._random.randrange(7 if depth <= 0 or self._left <= 0 else 14)
        if kind < 1:
            text: str = self._one(TEXTS)
            return text
        if kind < 4:
            return self._action(self._pipe())
        if kind == 4:
            return self._assignment()
        if kind == 5:
            return self._call()
        if kind == 6:
            if self._loops or self._random.random() < 0.05:
                return self._action(self._one(("break", "continue")))
            return str(self._one(("{{/* c */}}", "{{- /* c */ -}}", "{{/*\n*/}}")))
        if kind < 9:
            return self._definition(depth - 1)
        return self._control(depth - 1)

    def _action(self, content: str) -> str:
        return f"{self._one(OPENINGS)}{content}{self._one(CLOSINGS)}"

    def _assignment(self) -> str:
        name = self._variable(self._one(("$x", "$y", "$")))
        sign = ":=" if name[0] == "." else self._one((":=", "="))
        return self._action(f"{'$x' if name[0] == '.' else name} {sign} {self._pipe()}")

    def _call(self) -> str:
        dot = self._one(("", " .", " .m", " $", " " + self._pipe()))
        name = self._one(DEFINED.get(self._inside, ('"p"', "`p`")))
        return self._action(f"template {name}{dot}")

    def _definition(self, depth: int) -> str:
        head = self._one(DEFINITIONS)
        if head[0] == "b" and self._random.random() < 0.2:
            head = f'block "b" {self._pipe()}'
        name = head.split(" ")[1]
        if head[0] == "b" and ORDER.index(name) <= ORDER.index(self._inside):
            head, name = 'define "d"', '"d"'
        declared, self._declared = self._declared, False
        loops, self._loops = self._loops, 0
        inside, self._inside = self._inside, name
        text = self._action(head) + self._pieces(depth) + self._action("end")
        self._declared, self._loops, self._inside = declared, loops, inside
        return text

    def _control(self, depth: int) -> str:
        word = self._one(("if", "with", "range", "range"))
        declares: tuple[str, ...] = ("", "", "", "$x := ", "$x = ", "$y := ")
        if word == "range":
            declares += ("$x, $y := ", "$x, $y = ", "$y, $x := ", "$x, $x := ", "$i, $x := ")
        text = self._action(f"{word} {self._one(declares)}{self._pipe(ranged=word == 'range')}")
        self._loops += word == "range"
        text += self._pieces(depth)
        self._loops -= word == "range"
        while self._random.random() < (0.02 if word == "range" else 0.2):
            chain = word if self._random.random() < 0.9 else self._one(("if", "with", "range"))
            text += self._action(f"else {chain} {self._one(('', '$x := '))}{self._pipe()}")
            text += self._pieces(depth)
        if self._random.random() < 0.4:
            text += self._action("else") + self._pieces(depth)
        return text + self._action("end")

    # --- expressions

    def _pipe(self, *, ranged: bool = False) -> str:
        chance = self._random.random()
        if ranged and chance < 0.6:
            return self._variable(self._one(RANGED))
        text = self._operand(2) if chance < 0.35 else self._command(2)
        while self._random.random() < 0.3:
            text += f" | {self._stage()}"
        return text

    def _stage(self) -> str:
        chance = self._random.random()
        if chance < 0.05:
            return self._operand(1)
        if chance < 0.2:
            return " ".join([self._name(), *(self._operand(1) for _ in range(self._one((0, 0, 1, 2))))])
        *words, last = self._one(CALLS).split(" ")
        if last in "VN":
            return "print"
        return " ".join(self._suited(word, 1) for word in words) or "print"

    def _name(self) -> str:
        return str(self._one(UNKNOWN) if self._random.random() < 0.003 else self._one(NAMES))

    def _command(self, depth: int) -> str:
        if self._random.random() < 0.6:
            return " ".join(self._suited(word, depth - 1) for word in self._one(CALLS).split(" "))
        if self._random.random() < 0.04:
            return f"{self._operand(depth - 1)} {self._operand(depth - 1)}"
        words = [self._name()]
        words += [self._operand(depth - 1) for _ in range(self._one((0, 1, 1, 1, 2, 2, 2, 3, 4)))]
        return " ".join(words)

    def _suited(self, kind: str, depth: int) -> str:
        if kind == "A":
            return self._operand(depth)
        choices = KINDS.get(kind)
        if choices is None:
            return kind
        if kind not in "VN" and self._random.random() < 0.06:
            return self._operand(depth)
        return self._variable(self._one(choices))

    def _variable(self, text: str) -> str:
        if text[0] == "$" and text[1:2].isalpha() and not self._declared and self._random.random() < 0.97:
            return "." + text[2:].lstrip(".")
        return text

    def _operand(self, depth: int) -> str:
        chance = self._random.random()
        if depth > 0 and chance < 0.3:
            inner = self._command(depth) if chance < 0.25 else self._operand(depth - 1)
            while self._random.random() < 0.2:
                inner += f" | {self._stage()}"
            if self._random.random() < 0.03:
                inner = f"{self._one(('$x', '$y'))} {self._one((':=', '='))} {inner}"
            tail = self._one((".k", ".z.y", ".q", ".q.r")) if self._random.random() < 0.15 else ""
            return f"({inner}){tail}"
        kind = self._random.randrange(16)
        if kind < 3:
            return str(self._one(NUMBERS) if self._random.random() < 0.5 else self._one(NUMBERS[:5]))
        if kind < 6:
            return str(self._one(STRINGS))
        if kind < 7:
            return str(self._one(WORDS))
        if kind < 9:
            return self._variable(self._one((".", "$", "$x", "$y", "$i")))
        if kind < 10 and self._random.random() < 0.3:
            return str(self._one(("dict", "list", "print", "dict.k", "list.k")))
        return self._variable(self._one(FIELDS[:14] if self._random.random() < 0.5 else FIELDS))
