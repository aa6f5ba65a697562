"""Renders a second: processes of the library side by side, and one `helm template` process after another.

Threads share one interpreter, so processes are what a server that renders much would use. Every render has a
release name and a value of its own, and is looked at for the value.
"""

from __future__ import annotations

import time
from contextlib import ExitStack

from benchmarks.charts import VALUE
from benchmarks.processes import FailedError, Run
from benchmarks.ratios import Sample

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.library import Library
    from benchmarks.session import Session, Subject

#: Processes of the library, and seconds that each side renders in a round.
PROCESSES, SECONDS = 2, 1.0


def measure(session: Session, subjects: Sequence[Subject]) -> list[Sample]:
    """Return a sample for each chart, whose runs are what one render takes of the whole machine's time."""
    samples = []
    for number, subject in enumerate(subjects):
        session.progress.step("throughput", subject.name, number, len(subjects))
        helm: list[Run] = []
        ours: list[Run] = []
        try:
            with ExitStack() as stack:
                libraries = [stack.enter_context(session.library(each)) for each in range(PROCESSES)]
                for library in libraries:
                    library.render(subject.path, "warm", [f"{VALUE}=v0x"], session.out("library"))
                for _ in range(session.runs):
                    helm.append(_one_after_another(session, subject))
                    ours.append(_side_by_side(session, subject, libraries))
        except FailedError as error:
            session.failed(f"{subject.name}, throughput", error)
            continue
        note = f"{1 / Sample(name='', helm=helm, ours=ours).median('ours'):.0f} renders a second"
        samples.append(Sample(name=subject.name, helm=helm, ours=ours, note=note))
    return samples


def _one_after_another(session: Session, subject: Subject) -> Run:
    start, processor, count = time.perf_counter(), 0.0, 0
    while time.perf_counter() - start < SECONDS:
        name, setting = session.fresh()
        run = session.helm.run("template", name, str(subject.path), "--set", setting)
        processor += run.processor
        count += 1
    return Run(seconds=(time.perf_counter() - start) / count, processor=processor / count)


def _side_by_side(session: Session, subject: Subject, libraries: Sequence[Library]) -> Run:
    start = time.perf_counter()
    for library in libraries:
        name, setting = session.fresh()
        library.ask("spin", chart=str(subject.path), name=name, setting=setting, seconds=SECONDS)
    answers = [library.answer() for library in libraries]
    count = sum(answer["count"] for answer in answers)
    processor = sum(answer["processor"] for answer in answers)
    seconds = time.perf_counter() - start
    # All of them work at the same time.
    return Run(seconds=seconds / count, processor=processor / count / len(libraries))
