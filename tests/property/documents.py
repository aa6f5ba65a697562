"""Random YAML by its grammar, and real YAML with something changed."""

from __future__ import annotations

import json
import random
import tarfile
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_CASES = Path(__file__).parents[1] / "cases"

PLAIN = (
    *("a", "b", "key", "yes", "No", "on", "y", "~", "null", "true", "TRUE", "1", "01", "0o7", "0b1", "-0b11"),
    *("0x_f", "1_000", "1e3", "1.5", "-.5", ".5e-3", "1e400", ".inf", "-.INF", ".nan", "1:30", "190:20:30"),
    *("2001-01-01", "2001-1-1T1:2:3Z", "9223372036854775808", "18446744073709551616", "+1", "-0", "-0.0"),
    *(
        "a b",
        "a#b",
        "=",
        "<<",
        "http://x/?q=1",
        "a?b",
        "-x",
        "?x",
        ":x",
        "a:b",
        "é",
        "☺",
        "\U0001f600",
        "0.",
        "1__0",
    ),
)
KEYS = (*PLAIN, "c", "d", "e", "'f'", '"g"', "h i")
QUOTED = (
    "x",
    "it''s",
    "",
    "a b",
    "a: b",
    "#",
    "é",
    "- x",
    "\t",
    "[",
    "{a}",
    "1",
    "null",
    "line\n  more",
    "a\n\n  b",
)
ESCAPES = ("\\n", "\\t", "\\x41", "\\u263a", "\\U0001f600", "\\\\", '\\"', "\\e", "\\N", "\\\n    ", "\\ ")
TAGS = (
    "!!str",
    "!!int",
    "!!float",
    "!!bool",
    "!!null",
    "!!binary",
    "!!set",
    "!x",
    "!",
    "!<tag:x>",
    "!!map",
    "!!seq",
)
DAMAGE = (
    *(
        ": ",
        ":",
        "- ",
        "-",
        "? ",
        ", ",
        ",",
        "[",
        "]",
        "{",
        "}",
        "#",
        " # c\n",
        "\n",
        "\n\n",
        "\n  ",
        " ",
        "  ",
    ),
    *("\n- ", "\n  - ", "\na: ", "\n  b: ", "\nx: |\n  ", "\nx: >-\n   ", "\t", "\r\n", "\r", "\x00", "\x85"),
    *(
        "\u2028",
        "\ufeff",
        "\udcff",
        "\udcc3",
        "é",
        "<<: *a",
        "\n<<: *a\n",
        "%YAML 1.1\n---\n",
        "%TAG ! x\n---\n",
    ),
    *(
        "\n---\n",
        "\n...\n",
        "--- ",
        "'",
        '"',
        "\\",
        "|",
        ">",
        "|-",
        ">+",
        "|2",
        "&a",
        "*a",
        "&b ",
        "*b ",
        "!x",
        "!!",
    ),
    *(
        "!!int ",
        "@",
        "`",
        "%",
        "=",
        "~",
        "<<",
        "a",
        "1",
        ".",
        "{{ x }}",
        "\\/",
        "\\x4",
        "0b1",
        "''",
        "[]",
        "{}",
    ),
)


class Grammar:
    """One random document for each seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - the same document again for the same seed
        self._anchors: list[str] = []
        self._left = 24

    def document(self) -> str:
        """Return a document that is well-formed, nearly always."""
        one = self._random.random()
        head = (
            ""
            if one < 0.8
            else self._one(("--- # c\n", "%YAML 1.1\n---\n", "# c\n\n", "%TAG !e! tag:e,\n---\n", "---\n"))
        )
        tail = "" if one < 0.8 else self._one(("", "...\n", "---\nother: [\n", "\n# c"))
        return head + self._block(0, 4).lstrip("\n") + "\n" + tail

    def damaged(self) -> str:
        """Return a document with something wrong in it, likely."""
        return damage(self.document(), self._random)

    def _one(self, choices: Sequence[str]) -> str:
        return self._random.choice(choices)

    def _key(self) -> str:
        return self._one(KEYS) if self._random.random() < 0.15 else self._one("abcdefghijklmnop")

    def _properties(self) -> str:
        chance = self._random.random()
        if chance < 0.88:
            return ""
        if chance < 0.96:
            name = self._one("ab")
            self._anchors.append(name)
            return f"&{name} "
        return self._one(TAGS) + " "

    def _block(self, indent: int, depth: int) -> str:
        """Return what follows a colon or dash: on the line, or below it at `indent`."""
        self._left -= 1
        chance = self._random.random()
        if depth <= 0 or self._left <= 0 or chance < 0.3:
            return self._scalar(indent)
        if chance < 0.4:
            return self._flow(depth - 1)
        pad = "\n" + " " * indent + self._one(("", "", "", "# c\n" + " " * indent, "\n" + " " * indent))
        properties = self._properties().rstrip()
        step = self._random.choice((1, 2, 2, 2, 4))
        if chance < 0.65:
            # A sequence may stand at the column of its key.
            dash = self._one(("- ", "-   ", "- "))
            items = [f"{pad}{dash}{self._block(indent + step + 1, depth - 1)}" for _ in range(self._count())]
            return properties + "".join(items)
        pairs = []
        for _ in range(self._count()):
            value = self._block(indent + step, depth - 1)
            if self._random.random() < 0.02:
                pairs.append(f"{pad}? {self._flow(1)}{pad}: {value}")
            elif self._anchors and self._random.random() < 0.03:
                pairs.append(f"{pad}<<: *{self._one(self._anchors)}")
            else:
                pairs.append(f"{pad}{self._properties()}{self._key()}: {value}")
        return properties + "".join(pairs)

    def _count(self) -> int:
        return self._random.choice((1, 1, 2, 2, 3, 4))

    def _scalar(self, indent: int) -> str:
        chance = self._random.random()
        if self._anchors and chance < 0.03:
            return f"*{self._one(self._anchors)}"
        properties = self._properties()
        if chance < 0.55:
            return properties + self._one(PLAIN) + self._one(("", "", "", " # c", "  "))
        if chance < 0.65:
            return f"{properties}'{self._one(QUOTED)}'"
        if chance < 0.75:
            text = "".join(self._one((*QUOTED[2:], *ESCAPES)) for _ in range(self._count()))
            return f'{properties}"{text}"'
        if chance < 0.8:
            return f"{self._one(PLAIN)}\n{' ' * (indent + 1)}{self._one(PLAIN)}"
        if chance < 0.84:
            return ""
        head = self._one("|>") + self._one(("", "", "-", "+", "2", "2-", " # c"))
        lines = [
            " " * (indent + 2) * (self._random.random() < 0.95) + self._one((*PLAIN, "", "  x", "\tx", "# y"))
            for _ in range(self._count())
        ]
        return f"{properties}{head}\n" + "\n".join(lines)

    def _flow(self, depth: int) -> str:
        self._left -= 1
        chance = self._random.random()
        if depth <= 0 or self._left <= 0 or chance < 0.2:
            return self._one(PLAIN) if chance < 0.15 else f"'{self._one(QUOTED)}'"
        between = self._one((", ", ",", ",\n      ", " , "))
        if chance < 0.6:
            items = [self._flow(depth - 1) for _ in range(self._random.randrange(4))]
            if items and self._random.random() < 0.1:
                items[0] += ": " + self._flow(0)
            return f"[{between.join(items)}{self._one(('', '', ', '))}]"
        pairs = [
            f"{self._key()}{self._one((': ', ': ', ':', ' : '))}{self._flow(depth - 1)}"
            for _ in range(self._count())
        ]
        return f"{{{between.join(pairs)}}}"


def damage(text: str, source: random.Random) -> str:
    """Return `text` with a few pieces put in, taken out or put in the place of others."""
    for _ in range(source.choice((1, 1, 2, 3))):
        place = source.randrange(len(text) + 1)
        end = place + source.choice((0, 0, 1, 2, 8))
        text = text[:place] + (source.choice(DAMAGE) if source.random() < 0.8 else "") + text[end:]
    return text


class Samples:
    """Real documents: the values of charts, and the cases of this project."""

    def __init__(self, charts: Path) -> None:
        cases: list[dict[str, Any]] = json.loads((_CASES / "yaml" / "load.json").read_text(encoding="utf-8"))
        self._short = [case["yaml"] for case in cases if len(case["yaml"]) < 2000]
        self._files = [
            path.read_text(encoding="utf-8", errors="surrogateescape").splitlines(keepends=True)
            for path in sorted(_CASES.rglob("*.yaml"))
        ]
        for archive in sorted(charts.glob("*.tgz")):
            with tarfile.open(archive) as chart:
                for member in chart:
                    if member.name.endswith(("values.yaml", "Chart.yaml")) and (
                        file := chart.extractfile(member)
                    ):
                        text = file.read(200_000).decode("utf-8", "surrogateescape")
                        self._files.append(text.splitlines(keepends=True))

    def document(self, seed: int) -> str:
        """Return some lines of a file, or a case, with something changed, mostly."""
        source = random.Random(seed)  # noqa: S311
        if source.random() < 0.2:
            return damage(source.choice(self._short), source)
        lines = source.choice(self._files)
        size = source.choice((3, 10, 30, 80))
        start = source.randrange(max(1, len(lines) - size))
        lines = lines[start : start + size]
        columns = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" #\n")]
        least = min(columns, default=0)
        lines = [line[least:] if not line[:least].strip() else line for line in lines]
        for _ in range(source.choice((0, 1, 1, 2, 3))):
            lines = _edited(lines, source)
        return "".join(lines)


def _edited(lines: list[str], source: random.Random) -> list[str]:
    """Return lines with one of them gone, doubled, moved or changed."""
    if not lines:
        return lines
    lines = list(lines)
    place = source.randrange(len(lines))
    line = lines[place]
    match source.randrange(7):
        case 0:
            del lines[place]
        case 1:
            lines.insert(place, source.choice(lines))
        case 2:
            lines[place] = " " * source.randrange(1, 5) + line
        case 3:
            lines[place] = line[source.randrange(1, 4) :]
        case 4:
            # What was a comment may be values.
            lines[place] = line.lstrip(" #")
        case _:
            lines[place] = damage(line, source)
    return lines
