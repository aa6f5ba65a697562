"""A chart's files on disk: all of them or none."""

from __future__ import annotations

import os
import shutil
import tempfile

from hivehelm.platform.export.errors import ExportError, OutputExistsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def check(directory: str, *, force: bool) -> None:
    """Make sure that a chart may be written to a directory.

    Raises:
        OutputExistsError: something is there, and it is not to be replaced.
        ExportError: what is there is no directory.
    """
    if os.path.islink(directory) and not os.path.exists(directory):
        raise ExportError(f"{directory} is a link to nothing")
    if os.path.exists(directory) and not os.path.isdir(directory):
        raise ExportError(f"{directory} is not a directory")
    if os.path.isdir(directory):
        if not force and os.listdir(directory):
            raise OutputExistsError(directory)
        if force and os.listdir(directory) and not os.path.isfile(os.path.join(directory, "Chart.yaml")):
            # A slip of the keyboard must not take a home directory with it.
            raise ExportError(f"{directory} is not empty and not a chart; --force replaces charts only")


def write(files: Mapping[str, str], directory: str, *, force: bool = False) -> str:
    """Write a chart's files to a directory, in place of a chart that is there with `force`; return its path.

    They are written beside it first: whatever goes wrong, what was there is there, and nothing half.

    Raises:
        OutputExistsError, ExportError: as `check` does.
        OSError: the system refuses.
    """
    check(directory, force=force)
    target = os.path.realpath(directory)
    parent = os.path.dirname(target)
    os.makedirs(parent, exist_ok=True)
    room = tempfile.mkdtemp(prefix=f".{os.path.basename(target)}-", dir=parent)
    try:
        made = os.path.join(room, "new")
        for path, text in files.items():
            place = os.path.join(made, *path.split("/"))
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
        if os.path.isdir(target):
            old = os.path.join(room, "old")
            os.rename(target, old)
            try:
                os.rename(made, target)
            except OSError:
                os.rename(old, target)
                raise
        else:
            os.rename(made, target)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return target
