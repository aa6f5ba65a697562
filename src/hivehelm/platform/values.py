"""Values as a caller gives them: a mapping, YAML text, or a file."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Values = Mapping[str, Any] | str | os.PathLike[str] | None


def read_values(given: Values, directory: str | None = None) -> dict[str, Any]:
    """Return values: those of a mapping, of YAML text, or of a file.

    A path object is a file's; so is a text that names one that exists, but only with a `directory` that it is
    looked for in: who is not on this machine may not read its files.

    Raises:
        InputError: they cannot be read, or are no mapping.
    """
    from hivehelm.values.inputs import InputError, merge

    if given is None:
        return {}
    if isinstance(given, os.PathLike):
        return merge([os.path.join(directory or "", os.fspath(given))])
    if isinstance(given, str):
        if directory is not None and "\n" not in given and "\0" not in given:
            path = os.path.join(directory, given)
            if os.path.isfile(path):
                return merge([path])
        return merge(["values"], read=lambda _name: given.encode("utf-8", "surrogateescape"))
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.json import dumps, loads

    if not all(isinstance(key, str) for key in given):
        raise InputError("values have a key that is no text", "values")
    try:
        return dict(loads(dumps(dict(given))))
    except (HivehelmError, TypeError, ValueError) as error:
        raise InputError(f"values cannot be written as JSON: {error}", "values") from None
