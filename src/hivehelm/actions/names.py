"""Names of releases: what they may be, and how one is made up (pkg/chart/v2/util, pkg/action/install.go)."""

from __future__ import annotations

from hivehelm.actions.error import ActionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_PATTERN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_LETTERS = frozenset("-0123456789abcdefghijklmnopqrstuvwxyz")
_LONGEST = 53


def fault(name: str) -> str:
    """Return why no release can be called `name`, or "" where one can."""
    if not name:
        return "no name provided"
    # By hand: importing re would cost every rendering process more than all the rest of this module.
    if len(name) <= _LONGEST and all(
        part and _LETTERS.issuperset(part) and part[0] != "-" != part[-1] for part in name.split(".")
    ):
        return ""
    return f"invalid release name, must match regex ^{_PATTERN}$ and the length must not be longer than 53"


def generated(chart: str, seconds: int) -> str:
    """Return the name that `--generate-name` gives a chart reference at a time, in seconds since 1970.

    Source: `Install.NameAndChart`.
    """
    import os.path

    base = os.path.basename(chart.rstrip("/")) or ("/" if chart else ".")
    if base == ".":
        base = "chart"
    return f"{base.partition('.')[0]}-{seconds}"


#: Functions of charts that are not sprig's.
_HELMS_OWN = (
    "fromJsonArray",
    "fromToml",
    "fromYaml",
    "fromYamlArray",
    "include",
    "lookup",
    "mustToToml",
    "mustToYaml",
    "required",
    "toToml",
    "toYaml",
    "toYamlPretty",
    "tpl",
)


def from_template(text: str) -> str:
    """Return what `--name-template` renders to; it has sprig's functions, those on the environment included.

    Raises:
        ParseError, ExecError: the template is wrong.
    """
    from hivehelm.gotemplate.functions.signature import go
    from hivehelm.gotemplate.template import TemplateSet
    from hivehelm.render.functions import helm_functions

    if not text:
        return ""
    functions = helm_functions()
    for name in _HELMS_OWN:
        functions.pop(name, None)
    functions["fail"] = go("string")(_fail)
    functions["env"] = go("string")(_env)
    functions["expandenv"] = go("string")(_expandenv)
    templates = TemplateSet(functions)
    templates.add("name-template", text)
    return templates.execute("name-template", None)


def _fail(message: str) -> str:
    from hivehelm.gotemplate.functions.signature import FunctionError

    raise FunctionError(message)


def _env(name: str) -> str:
    import os

    return os.environ.get(name, "")


def _expandenv(text: str) -> str:
    import os
    import re

    # Go's os.ExpandEnv takes what is not set for empty.
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda found: os.environ.get(found[1] or found[2], ""), text)


class NamingError(ActionError):
    """Neither or both of a name and a way to make one were given."""


def choose(
    arguments: list[str],
    *,
    name: str = "",
    generate_name: bool = False,
    name_template: str = "",
    clock: Callable[[], int] | None = None,
) -> tuple[str, str]:
    """Return the release's name and the chart reference that `arguments` and the flags come to.

    `clock` gives nanoseconds since 1970. Source: `Install.NameAndChart`.

    Raises:
        NamingError: they contradict each other, or say too little.
    """
    if len(arguments) > 2:
        extra = ", ".join(arguments[2:])
        raise NamingError(f"expected at most two arguments, unexpected arguments: {extra}")
    if len(arguments) == 2:
        if generate_name:
            raise NamingError("cannot set --generate-name and also specify a name")
        if name_template:
            raise NamingError("cannot set --name-template and also specify a name")
        return arguments[0], arguments[1]
    chart = arguments[0]
    if name_template:
        return from_template(name_template), chart
    if name:
        return name, chart
    if not generate_name:
        raise NamingError("must either provide a name or specify --generate-name")
    import time

    return generated(chart, (clock or time.time_ns)() // 1_000_000_000), chart
