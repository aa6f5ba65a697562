"""Charts of many subcharts, as processes with warm caches: one under many names, and many different ones."""

from __future__ import annotations

from pathlib import Path

from benchmarks.charts import aliases, different
from benchmarks.processes import FailedError
from benchmarks.ratios import Sample
from benchmarks.rendering import rounds
from benchmarks.session import Subject, WrongError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.session import Session

#: A chart of middling size; where it is not among those given, the one in the middle of them is.
MIDDLING = "loki-distributed"
FEW, MANY, DIFFERENT = 10, 60, 120


def middling(subjects: Sequence[Subject]) -> Subject:
    """Return the chart that is put under many names."""
    named = [subject for subject in subjects if subject.name == MIDDLING]
    plain = sorted(subjects, key=lambda subject: (subject.keys, subject.size))
    return named[0] if named else plain[len(plain) // 2]


def of_aliases(session: Session, subject: Subject) -> tuple[list[Sample], list[Sample]]:
    """Return what many names of a chart take, and next to it what few of them do: ours, both times."""
    few, many = (
        _sample(
            session,
            f"{count} of {subject.name}",
            aliases(subject.original, count, _place(session, count)),
            chance=subject.chance,
        )
        for count in (FEW, MANY)
    )
    growth = [Sample(name=many[0].name, helm=few[0].ours, ours=many[0].ours)] if few and many else []
    return many, growth


def of_different(session: Session) -> list[Sample]:
    """Return what a chart of many different ones takes."""
    return _sample(session, f"{DIFFERENT} charts", different(DIFFERENT, _place(session, DIFFERENT)))


def _place(session: Session, count: int) -> Path:
    return session.place / f"umbrella-{count}"


def _sample(session: Session, name: str, path: Path, *, chance: bool = False) -> list[Sample]:
    session.progress.step("charts of many", name, 0, 1)
    subject = Subject(name=name, original=path, path=path, chance=chance)
    try:
        took = rounds(session, subject, None, ["command"])
    except FailedError as error:
        session.failed(name, error)
        return []
    except WrongError as error:
        session.wrong[name] = str(error)
        return []
    return [Sample(name=name, helm=took["helm"], ours=took["command"])]
