"""Directories copied whole (Helm's `internal/third_party/dep/fs`)."""

from __future__ import annotations

import os

from hivehelm.plugins.errors import PluginError


class CopyDirectoryError(PluginError):
    """A directory cannot be copied."""


def copy_directory(source: str, target: str) -> None:
    """Copy a directory to a path where nothing is yet; links are copied as links.

    Raises:
        CopyDirectoryError: it is no directory, something is in the way, or the system refuses.
    """
    if os.path.islink(source) or not os.path.isdir(source):
        raise CopyDirectoryError("source is not a directory")
    if os.path.exists(target):
        raise CopyDirectoryError("destination already exists")
    import shutil

    try:
        os.makedirs(target, mode=os.stat(source).st_mode & 0o777)
        for name in sorted(os.listdir(source)):
            below, copy = os.path.join(source, name), os.path.join(target, name)
            if os.path.islink(below):
                os.symlink(os.readlink(below), copy)
            elif os.path.isdir(below):
                copy_directory(below, copy)
            else:
                shutil.copyfile(below, copy)
                os.chmod(copy, os.stat(below).st_mode & 0o7777)
    except CopyDirectoryError as error:
        raise CopyDirectoryError(f"copying directory failed: {error}") from error
    except OSError as error:
        words = os.strerror(error.errno or 0).lower()
        raise CopyDirectoryError(
            f"copying file failed: open {os.fsdecode(error.filename or source)}: {words}"
        ) from error
