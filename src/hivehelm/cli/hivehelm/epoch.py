"""`$SOURCE_DATE_EPOCH`: how old the files of archives are (Helm's `pkg/cmd/source_date_epoch.go`)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class EpochError(HivehelmError):
    """The variable's value is no time; `problem` says why."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"invalid SOURCE_DATE_EPOCH: {problem}")
        self.problem = problem


def source_date_epoch(environ: Mapping[str, str]) -> int | None:
    """Return the seconds since 1970 that the environment gives, None where it gives none.

    Raises:
        EpochError: they are no number, or negative.
    """
    text = environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    from hivehelm.golang.strconv import NumberError, parse_int

    try:
        epoch = parse_int(text)
    except NumberError as error:
        raise EpochError(str(error)) from error
    if epoch < 0:
        raise EpochError("must not be negative")
    return epoch
