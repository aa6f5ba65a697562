"""Commands that print no documents, as processes with warm caches, over charts in directories."""

from __future__ import annotations

from benchmarks.charts import VALUE, unpacked
from benchmarks.processes import FailedError
from benchmarks.ratios import Sample
from benchmarks.session import WrongError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.processes import Run
    from benchmarks.session import Session, Subject

#: What is run; `lint` renders, and renders something new each time.
COMMANDS = {
    "lint": ("lint", "{chart}", "--set", f"{VALUE}={{fresh}}"),
    "show all": ("show", "all", "{chart}"),
    "show chart": ("show", "chart", "{chart}"),
    "show values": ("show", "values", "{chart}"),
    "dependency list": ("dependency", "list", "{chart}"),
    "package": ("package", "{chart}", "--destination", "{out}"),
    "version": ("version",),
}


def measure(session: Session, subjects: Sequence[Subject]) -> dict[str, list[Sample]]:
    """Return the samples of each command, one for each chart; `version` needs none."""
    samples: dict[str, list[Sample]] = {what: [] for what in COMMANDS}
    for number, subject in enumerate(subjects):
        directory = unpacked(subject.original, session.place / "directories")
        for what, command in COMMANDS.items():
            if "{chart}" not in command and number:
                continue
            name = subject.name if "{chart}" in command else ""
            session.progress.step("commands", f"{what} {name}", number, len(subjects))
            try:
                samples[what].append(_sample(session, name, command, directory))
            except FailedError as error:
                session.failed(f"{what} {name}", error)
            except WrongError as error:
                session.wrong[f"{what} {name}"] = str(error)
    return samples


def _sample(session: Session, name: str, command: Sequence[str], chart: Path) -> Sample:
    took: dict[str, list[Run]] = {"helm": [], "ours": []}
    packages = session.clean(session.place / "packages")
    for number in range(session.runs + 1):
        fresh, _ = session.fresh()
        arguments = [part.format(chart=chart, out=packages, fresh=fresh) for part in command]
        tools = [session.helm, session.ours]
        for tool in tools if number % 2 else reversed(tools):
            run = tool.run(*arguments, out=session.out(tool.name))
            # The first round fills caches.
            if number:
                took[tool.name].append(run)
        # The versions of the tools themselves are two.
        if name and session.out("helm").read_bytes() != session.out("ours").read_bytes():
            raise WrongError("other output than the real Helm's")
    return Sample(name=name, helm=took["helm"], ours=took["ours"])
