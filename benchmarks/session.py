"""One run of the benchmarks: its tools, its directory, names that are never given twice, its charts."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

from tests.conformance.masks import differences

from benchmarks.charts import VALUE, marked, names
from benchmarks.library import Library
from benchmarks.processes import HELM, FailedError, both
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.progress import Progress


class Subject(Record):
    """A chart that is measured.

    Attributes:
        name: what tables call it.
        original: where it is; `path` is the copy that is rendered.
        chance: two renders with the same values may differ.
        keys: it makes keys.
    """

    name: str
    original: Path
    path: Path
    chance: bool = False
    keys: bool = False

    @property
    def size(self) -> int:
        """How many bytes the chart has, packed if it is."""
        paths = [self.original] if self.original.is_file() else self.original.rglob("*")
        return sum(path.stat().st_size for path in paths)


# Of what is random, two runs may have the same by chance.
_LOOKS = 4


class WrongError(Exception):
    """Ours and the real Helm's output are not the same."""


class Session:
    """What all measurements share.

    Attributes:
        left_out: charts that are not measured, and why.
        wrong: what ours does other than the real Helm, by chart.
    """

    def __init__(self, helm: str, place: Path, runs: int, progress: Progress) -> None:
        self.place = place
        self.runs = runs
        self.progress = progress
        self.helm, self.ours = both(helm, place / "homes")
        self.left_out: dict[str, str] = {}
        self.wrong: dict[str, str] = {}
        self._count = 0

    def fresh(self) -> tuple[str, str]:
        """Return a release name and a `--set` that were never given before."""
        self._count += 1
        return f"run{self._count}", f"{VALUE}=v{self._count}x"

    def out(self, who: str) -> Path:
        """Return where an output goes."""
        return self.place / f"{who}.out"

    def library(self, number: int = 0) -> Library:
        """Start a process of the library."""
        return Library(self.place / f"homes/library-{number}")

    def subjects(self, charts: Sequence[Path]) -> list[Subject]:
        """Copy the charts and see what they do; those that Helm does not render are left out."""
        found = []
        for number, (chart, name) in enumerate(zip(charts, names(charts), strict=True)):
            self.progress.step("looking at", name, number, len(charts))
            try:
                found.append(self._subject(chart, name, self.place / f"charts/{number}"))
            except FailedError as error:
                self.failed(name, error)
            except (OSError, tarfile.TarError) as error:
                self.left_out[name] = str(error)
            except WrongError as error:
                self.wrong[name] = str(error)
        return found

    def failed(self, name: str, error: FailedError) -> None:
        """Note that something failed: what the real Helm cannot do is left out, the rest is wrong."""
        (self.left_out if error.who == HELM else self.wrong)[name] = f"{error.who}: {error.last}"

    def _subject(self, chart: Path, name: str, place: Path) -> Subject:
        path = marked(chart, place)
        arguments = ("template", "probe", str(path), "--set", f"{VALUE}=v0x")
        self.helm.run(*arguments, out=self.out("helm"))
        self.ours.run(*arguments, out=self.out("ours"))
        with self.library() as library:
            library.render(path, "probe", [f"{VALUE}=v0x"], self.out("library"))
            calls = library.call("calls", chart=str(path), settings=[f"{VALUE}=v0x"])
        first, *others = (self.out(who).read_bytes() for who in ("helm", "ours", "library"))
        if b"v0x" not in first:
            raise FailedError(HELM, "shows no global value")
        for _ in range(_LOOKS):
            # Last, so that what the clock says is between the two.
            self.helm.run(*arguments, out=self.out("again"))
            again = self.out("again").read_bytes()
            bad = [differences(first.decode(), again.decode(), other.decode(), 1) for other in others]
            if not any(bad):
                break
        else:
            raise WrongError(next(line for lines in bad for line in lines))
        chance = first != again or calls["clock"]
        return Subject(name=name, original=chart, path=path, chance=chance, keys=calls["keys"])

    def check(self, subject: Subject, fresh: str, *others: str) -> None:
        """Compare outputs with the real Helm's of the same round.

        Raises:
            WrongError: they differ, or do not show what is fresh.
        """
        wanted = self.out("helm").read_bytes()
        for who in others:
            got = self.out(who).read_bytes()
            if fresh.encode() not in got:
                raise WrongError(f"{who}: {fresh} is in no document")
            if got.count(b"\n") != wanted.count(b"\n") if subject.chance else got != wanted:
                raise WrongError(f"{who}: other output than the real Helm's")

    def clean(self, place: Path) -> Path:
        """Return an empty directory."""
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        return place
