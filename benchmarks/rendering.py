"""Renders of charts, in four ways that take turns in each round, under one new name and value.

- `helm`: a `helm template` process, what all others are measured by;
- `library`: load and render in a process that has rendered the chart before;
- `command`: a `hivehelm template` process, the chart seen before;
- `first`: a `hivehelm template` process that has never seen a chart, its caches empty.
"""

from __future__ import annotations

from benchmarks.processes import FailedError, Run
from benchmarks.ratios import Sample
from benchmarks.session import WrongError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.library import Library
    from benchmarks.session import Session, Subject

WAYS = ("library", "command", "first")


def measure(session: Session, subjects: Sequence[Subject], ways: Sequence[str]) -> dict[str, list[Sample]]:
    """Return the samples of each way, one for each chart; a chart that renders wrong is noted instead."""
    samples: dict[str, list[Sample]] = {way: [] for way in ways}
    for number, subject in enumerate(subjects):
        session.progress.step("rendering", subject.name, number, len(subjects))
        try:
            with session.library() as library:
                took = rounds(session, subject, library, ways)
        except FailedError as error:
            session.failed(subject.name, error)
            continue
        except WrongError as error:
            session.wrong[subject.name] = str(error)
            continue
        for way in ways:
            samples[way].append(Sample(name=subject.name, helm=took["helm"], ours=took[way]))
    return samples


def rounds(
    session: Session, subject: Subject, library: Library | None, ways: Sequence[str]
) -> dict[str, list[Run]]:
    """Return what each way took in each round.

    Raises:
        FailedError, WrongError: a render fails, or does not give what Helm gives.
    """
    helm, ours, chart = session.helm, session.ours, str(subject.path)
    steps: dict[str, Callable[[str, str], Run]] = {
        "helm": lambda name, setting: helm.run(
            "template", name, chart, "--set", setting, out=session.out("helm")
        ),
        "command": lambda name, setting: ours.run(
            "template", name, chart, "--set", setting, out=session.out("command")
        ),
        "first": lambda name, setting: ours.run(
            "template", name, chart, "--set", setting, out=session.out("first"), afresh=True
        ),
    }
    if library is not None:
        steps["library"] = lambda name, setting: library.render(
            subject.path, name, [setting], session.out("library")
        )
    order = ["helm", *ways]
    took: dict[str, list[Run]] = {way: [] for way in order}
    # The first round fills caches.
    for number in range(session.runs + 1):
        name, setting = session.fresh()
        turn = number % len(order)
        for way in [*order[turn:], *order[:turn]]:
            run = steps[way](name, setting)
            if number:
                took[way].append(run)
        session.check(subject, setting.partition("=")[2], *ways)
    return took
