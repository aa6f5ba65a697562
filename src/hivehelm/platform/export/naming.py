"""Names: what in an object's strings goes by the release's name and namespace.

Every rule goes from one string to one template, so that names, labels, selectors and references that agree
in the cluster agree in the chart, whatever the release is called.
"""

from __future__ import annotations

import re

from hivehelm.platform.export.text import Expression, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    Parts = list[str | Expression]

RELEASE = Expression(code=".Release.Name")
NAMESPACE = Expression(code=".Release.Namespace")
SERVICE = Expression(code=".Release.Service")

# Labels that name the release, and those that say what a thing is rather than what it is called.
_INSTANCE_LABELS = frozenset({"app.kubernetes.io/instance", "release", "instance"})
_MANAGER_LABELS = frozenset({"app.kubernetes.io/managed-by", "heritage"})
_KIND_LABELS = frozenset(
    {
        "app.kubernetes.io/name",
        "app.kubernetes.io/component",
        "app.kubernetes.io/part-of",
        "helm.sh/chart",
        "chart",
        "k8s-app",
    }
)
_HOST_KEY = re.compile(
    "host|addr|url|uri|server|endpoint|service|upstream|broker|backend|peer|dsn", re.IGNORECASE
)
_VERSION_LABEL = "app.kubernetes.io/version"


class Names:
    """The names of the exported objects, and what they become in a chart.

    `release` is the release's name, or what stands for it; `namespace` where the objects are. Of the
    `names`, those that carry the release's name follow it; `cluster_names` are of objects that are elsewhere,
    or in no namespace, and may carry the namespace's name as well. Where none carries the release's, what
    they all begin with is the chart's `override` of its full name: it gives the same names back in any
    release.

    With `words`, the objects came from a chart, whose texts had the release's name for a parameter: whatever
    begins with it goes by it, unless it is one of these words of the programs' own, such as redis.
    """

    def __init__(
        self,
        chart: str,
        release: str,
        namespace: str,
        names: Iterable[str],
        *,
        cluster_names: Iterable[str] = (),
        app_version: str = "",
        words: Iterable[str] | None = None,
    ) -> None:
        self.chart = chart
        self.namespace = namespace
        self.app_version = app_version
        self._cluster = frozenset(cluster_names)
        self._names = sorted({*names, *self._cluster}, key=lambda name: (-len(name), name))
        carrying = [name for name in self._names if _tokens_start(name, release)]
        self.override = ""
        self.release = release
        if carrying:
            common = _common(carrying)
            self.base = common if _tokens_start(common, release) else release
        else:
            self.base = self.override = _common(self._names)
            if any(_token(release).search(name) for name in self._names):
                self.base = self.override = ""
            elif self.override:
                self.release = ""
        self._from_chart = words is not None
        self._is_word = words is None or self.release in set(words)
        self._release_token = _token(self.release) if self.release else None
        self._namespace_token = _token(namespace) if namespace and namespace != self.release else None
        self._table = {name: Text(self._mapped(name)) for name in self._names}
        self._free = self._pattern()

    @property
    def fullname(self) -> Expression:
        """What the names of the chart's objects begin with."""
        return Expression(code=f'include "{self.chart}.fullname" .')

    @property
    def suffix(self) -> str:
        """What comes after the release's name in the full name."""
        return self.base[len(self.release) :] if self.release else ""

    @property
    def longest(self) -> int:
        """How long the longest rest of a name after the full name is."""
        rests = [len(name) - len(self.base) for name in self._names if _tokens_start(name, self.base)]
        return max(rests, default=0)

    def short(self, name: str) -> str:
        """Return what is left of an object's name without what they all have in common."""
        if self.base and _tokens_start(name, self.base):
            return name[len(self.base) :].strip("-.")
        if self.release and _tokens_start(name, self.release):
            return name[len(self.release) :].strip("-.")
        return name

    def knows(self, name: str) -> bool:
        """Tell whether an object of that name is in the chart, of whatever kind."""
        return name in self._table

    def name(self, name: str) -> Text:
        """Return the name of an object, or of one that is referred to."""
        known = self._table.get(name)
        return known if known is not None else Text(self._mapped(name))

    def reference(self, name: str) -> Text:
        """Return a reference: to an object of the chart, or to one called after the release."""
        if name in self._table or (self.release and name.startswith(f"{self.release}-")):
            return self.name(name)
        return Text([name])

    def label(self, key: str, value: str) -> Text:
        """Return the value of a label, wherever it is set or selected."""
        if key in _MANAGER_LABELS and value == "Helm":
            return Text([SERVICE])
        if key in _INSTANCE_LABELS and self.release and value == self.release:
            return Text([RELEASE])
        if key == _VERSION_LABEL:
            same = self.app_version and value == self.app_version
            return Text([Expression(code=".Chart.AppVersion") if same else value])
        if key == "kubernetes.io/metadata.name" and value == self.namespace:
            return Text([NAMESPACE])
        if key in _KIND_LABELS:
            return Text([value])
        if self.release and value == self.release:
            return Text([RELEASE])
        if value in self._table:
            return self._table[value]
        if self.release and value.startswith(f"{self.release}-"):
            return self.name(value)
        return Text([value])

    def where(self, namespace: str) -> Text:
        """Return a namespace that is named somewhere."""
        return Text([NAMESPACE if namespace == self.namespace else namespace])

    def free(self, text: str, key: str = "") -> Text:
        """Return any text, with the names in it that can only mean objects of the chart.

        A name with several words counts wherever it stands alone; one of a single word, which may be any
        word, only where it stands for a host, or is all there is under a `key` that speaks of one.
        """
        if key and _HOST_KEY.search(key):
            host, colon, port = text.partition(":")
            if host in self._table and (not colon or port.isdigit()):
                return Text([*self._table[host].parts, f"{colon}{port}"])
        if text and text == self.release and "release" in key.lower():
            return Text([RELEASE])
        if self._free is None:
            return Text([text])
        parts: Parts = []
        end = 0
        for match in self._free.finditer(text):
            parts.append(text[end : match.start()])
            parts += self._matched(match)
            end = match.end()
        parts.append(text[end:])
        return Text(parts)

    def _matched(self, match: re.Match[str]) -> Parts:
        groups = match.groupdict()
        if groups.get("instance"):
            return [groups["before"], RELEASE]
        if groups.get("space") or groups.get("inside"):
            return [groups.get("ahead") or "", NAMESPACE]
        if groups.get("both"):
            return [RELEASE, ".", NAMESPACE]
        if groups.get("start"):
            return [RELEASE]
        found: Parts = []
        if groups.get("of"):
            found += [NAMESPACE, "/"]
        name = next(groups[kind] for kind in ("long", "after", "host", "dotted") if groups.get(kind))
        found += self.name(name).parts
        if groups.get("at") or groups.get("within") or groups.get("dotted"):
            found += [".", NAMESPACE]
        return found

    def _pattern(self) -> re.Pattern[str] | None:
        """Return what finds names in texts."""
        following = [name for name in self._names if self._table[name].literal is None]
        space = re.escape(self.namespace) if self.namespace else ""
        left, right = r"(?<![\w.-])(?<![^/)]/)", r"(?![\w])"
        choices: list[str] = []
        long = [re.escape(name) for name in following if re.search("[-.]", name) and name != self.release]
        if long:
            of = rf"(?:(?P<of>{space})/)?" if space else ""
            at = rf"(?:(?P<at>\.{space})(?![\w-]))?" if space else ""
            choices.append(rf"{left}{of}(?P<long>{'|'.join(long)}){right}{at}")
            # A pod's name goes before its service's: `web-0.web-headless.shop.svc`.
            end = rf"(?:(?P<within>\.{space})(?![\w-])|(?=\.svc\b|[:/,\s\"']|$))" if space else r"(?![\w.-])"
            choices.append(rf"(?<=[\w)}}]\.)(?P<after>{'|'.join(long)}){end}")
        if following:
            every = "|".join(map(re.escape, following))
            if space:
                choices.append(rf"{left}(?P<dotted>{every})\.{space}(?=\.svc|\.pod|[:/]|$)")
            hosts = rf"(?:(?<=://)|(?<=@))(?P<host>{every})(?=[:/.?]|$)"
            choices.append(hosts)
        if self.release:
            keys = r"app\.kubernetes\.io/instance|(?<![\w./-])release"
            release = re.escape(self.release)
            if space:
                choices.append(rf"{left}(?P<both>{release}\.{space})(?![\w-])")
            if not self._is_word:
                choices.append(rf"{left}(?P<start>{release})(?=-[a-z0-9])")
            choices.append(rf'(?P<before>(?:{keys})"?\s?(?:==?|:)\s?"?)(?P<instance>{release})(?![\w.-])')
        if space:
            some = r'[Nn]amespaces?"?\s?[=:]\s*(?:-\s+|\[\s*)?"?'
            choices.append(rf"(?P<ahead>{some})(?P<space>{space})(?![\w.-])")
            # With a hyphen in it, it is hardly a word of anything else.
            spread = rf"|{left}{space}(?![\w-])" if self._from_chart and "-" in self.namespace else ""
            choices.append(rf"(?P<inside>(?<=\.){space}(?=\.svc\b|\.pod\b){spread})")
        return re.compile("|".join(f"(?:{choice})" for choice in choices)) if choices else None

    def _mapped(self, name: str) -> Parts:
        """Return a name as parts: the full name, or the release's, wherever the name has it."""
        if self.base and _tokens_start(name, self.base):
            return [self.fullname, *self._rest(name[len(self.base) :], name)]
        if self._release_token is not None and (found := self._release_token.search(name)):
            before, after = name[: found.start()], name[found.end() :]
            return [*self._rest(before, name), RELEASE, *self._rest(after, name)]
        return self._rest(name, name)

    def _rest(self, text: str, name: str) -> Parts:
        """Return the rest of a name; what is not in a namespace may carry the namespace's name."""
        if name not in self._cluster or self._namespace_token is None:
            return [text]
        found = self._namespace_token.search(text)
        if found is None:
            return [text]
        return [text[: found.start()], NAMESPACE, text[found.end() :]]


def _token(name: str) -> re.Pattern[str]:
    """Return what finds a name as one or several whole words of another."""
    return re.compile(rf"(?:^|(?<=[-.:])){re.escape(name)}(?=[-.:]|$)")


def _tokens_start(name: str, start: str) -> bool:
    return bool(start) and (name == start or name.startswith((f"{start}-", f"{start}.")))


def _common(names: list[str]) -> str:
    """Return the words that all names begin with."""
    if not names:
        return ""
    split = [name.split("-") for name in names]
    shared: list[str] = []
    for words in zip(*split, strict=False):
        if len(set(words)) > 1:
            break
        shared.append(words[0])
    return "-".join(shared)
