"""What goes wrong while templates render, in Helm's words (pkg/engine/engine.go)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.gotemplate.errors import unwrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.gotemplate.errors import ExecError, ParseError

# `required` and `fail` put these around their message, so that it is found again through every wrapping.
WARNING_START = "HELM_ERR_START"
WARNING_END = "HELM_ERR_END"


class RenderError(HivehelmError):
    """A template does not parse, or fails when it runs.

    `path` is the template that Helm was rendering; the cause (`__cause__`) has line, column and node.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path

    @classmethod
    def of_parse(cls, path: str, error: ParseError) -> RenderError:
        """Return the error of a template that does not parse (`cleanupParseError`)."""
        tokens = str(error).split(": ")
        if len(tokens) == 1:
            return cls(path, f"parse error in ({path}): {error}")
        return cls(path, f"parse error at ({tokens[1]}): {tokens[-1]}")

    @classmethod
    def of_execution(cls, path: str, error: ExecError) -> RenderError:
        """Return the error of a template that fails when it runs (`reformatExecErrorMsg`).

        A message of `required` or `fail` is shown alone. Where everything that is wrapped is the template
        engine's own, each step from the outermost template inwards gets a block of lines; otherwise the
        text of text/template stands as it is.
        """
        tokens = str(error).split(": ", 2)
        if len(tokens) != 3:
            return cls(path, f"execution error in ({path}): {error}")
        start = tokens[2].find(WARNING_START)
        end = tokens[2].rfind(WARNING_END)
        if start >= 0 and start + len(WARNING_START) <= end:
            return cls(
                path, f"execution error at ({tokens[1]}): {tokens[2][start + len(WARNING_START) : end]}"
            )
        steps: list[str] = []
        for wrapped in unwrap(error):
            if (step := _step(str(wrapped))) is None:
                return cls(path, str(error))
            if not steps or steps[-1] != step:
                steps.append(step)
        return cls(path, "".join(steps).strip())


def _step(text: str) -> str | None:
    """Return the lines that show one error of text/template; None where the text is none."""
    if not text.startswith("template: "):
        return None
    rest = text.removeprefix("template: ")
    if rest.startswith("no template "):
        return _lines("", "", text)
    location, found, after = rest.partition(": executing ")
    if found and after.startswith('"'):
        name, quoted, at = after[1:].partition('"')
        node, closed, message = at.removeprefix(" at <").partition(">: ")
        if quoted and closed and at.startswith(" at <"):
            return _lines(location, f'executing "{name}" at <{node}>:', _first(message))
    location, found, message = rest.rpartition(": ")
    return _lines(location, "", _first(message)) if found else None


def _first(message: str) -> str:
    """Return a message without the errors chained to it."""
    return message.partition(" template:")[0]


def _lines(location: str, executed: str, message: str) -> str:
    return "".join(
        (
            f"{location}\n  " if location else "",
            f"{executed}\n    " if executed else "",
            f"{message}\n" if message else "",
        )
    )
