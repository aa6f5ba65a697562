"""Actions that were parsed before: charts say most of what they say several times."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.gotemplate import nodes

# So many are remembered in a process: those of some large charts. `tpl` may make up ever new ones.
_MOST = 8192


class Known:
    """What an action that declares and assigns nothing parses to, wherever it stands.

    `word` is the kind of its first token, if that is a keyword, and `chained` of the one after an `else`;
    `statement` is what it adds to a block, `pipe` what a control has. `called` are the functions it names,
    `read` the variables it reads, `depth` is how deep it nests.
    """

    __slots__ = ("called", "chained", "depth", "pipe", "read", "statement", "word")

    def __init__(
        self,
        word: int,
        *,
        chained: int = 0,
        statement: nodes.Action | nodes.Template | None = None,
        pipe: nodes.Pipe | None = None,
    ) -> None:
        self.word = word
        self.chained = chained
        self.statement = statement
        self.pipe = pipe
        self.called: frozenset[str] = frozenset()
        self.read: list[str] = []
        self.depth = 0


KNOWN: dict[str, Known] = {}
"""By their text, from the left delimiter on. The nodes are where the action was first."""


def remember(key: str, known: Known) -> None:
    """Keep what the action `key` parses to."""
    if len(KNOWN) >= _MOST:
        KNOWN.clear()
    KNOWN[key] = known
