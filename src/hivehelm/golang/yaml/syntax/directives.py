"""What may stand before a document: `%YAML` and `%TAG` (go-yaml's `yaml_parser_process_directives`)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final, NoReturn

TAGS: Final = {"!": "!", "!!": "tag:yaml.org,2002:"}
"""The handles of tags that every document knows."""


def directives(
    peek: Callable[[], Any],
    take: Callable[[], object],
    fail: Callable[[str, Any], NoReturn],
    tags: dict[str, str],
) -> None:
    """Read the directives that come next, and put the handles of tags that they name into `tags`.

    `peek` gives the next token, `take` goes past it; `fail(problem, token)` raises.

    Raises:
        YAMLError: a directive is there twice, or of another version; by `fail`.
    """
    version = False
    while (token := peek()).kind == "%":
        name, value = token.value
        if name == "YAML":
            if version:
                fail("found duplicate %YAML directive", token)
            if value != (1, 1):
                fail("found incompatible YAML document", token)
            version = True
        else:
            handle, prefix = value
            if handle in tags:
                fail("found duplicate %TAG directive", token)
            tags[handle] = prefix
        take()
