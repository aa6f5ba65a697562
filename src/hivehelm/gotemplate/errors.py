"""What goes wrong with templates. `str()` is text/template's wording."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class TemplateError(HivehelmError):
    """Base of the errors of templates; `written` is what the one that failed had printed until then."""

    written = ""


class ParseError(TemplateError):
    """A source that is no template: `template: NAME:LINE: MESSAGE`."""

    def __init__(self, template: str, line: int, message: str) -> None:
        super().__init__(f"template: {template}:{line}: {message}")
        self.template = template
        self.line = line
        self.message = message


class NoTemplateError(TemplateError):
    """A template is executed by name, and there is none of that name."""

    def __init__(self, name: str, root: str) -> None:
        from hivehelm.golang.fmt import quote

        super().__init__(f"template: no template {quote(name)} associated with template {quote(root)}")
        self.name = name


class Wrapping:
    """What makes an error's text: its own words and then those of its cause, however many are in one another.

    The text is only made when it is asked for: a thousand includes in one another would hold as many texts,
    each longer than the one inside it.

    Attributes:
        cause: the error inside; None if there is none.
    """

    cause: Exception | None = None

    def told(self) -> str:
        """Return what comes before the text of the cause."""
        return ""

    def __str__(self) -> str:
        words: list[str] = []
        error: object = self
        while isinstance(error, Wrapping):
            words.append(error.told())
            error = error.cause
        if error is not None:
            words.append(str(error))
        return "".join(words)


class ExecError(Wrapping, TemplateError):
    """A template that failed while it ran.

    `template` is the name under which it ran, `source` the name of the text that defines it, `line` counts
    from 1 and `column` bytes from 0, both of the failing node, whose text is `node`. `message` is the
    complaint; of it, `words` come before the text of the cause. `cause` is the error of the function that was
    called, as Go's `Unwrap` gives it: None where the template language itself complains.
    """

    def __init__(
        self,
        *,
        template: str,
        source: str,
        line: int,
        column: int,
        node: str,
        words: str,
        cause: Exception | None = None,
    ) -> None:
        super().__init__(words)
        self.template = template
        self.source = source
        self.line = line
        self.column = column
        self.node = node
        self.words = words
        self.cause = cause

    @property
    def message(self) -> str:
        """The complaint, without where it is from."""
        return self.words if self.cause is None else f"{self.words}{self.cause}"

    def told(self) -> str:
        """Return where the template failed, and the complaint's own words."""
        from hivehelm.golang.fmt import quote

        where = f"{self.source}:{self.line}:{self.column}"
        return f"template: {where}: executing {quote(self.template)} at <{self.node}>: {self.words}"

    @property
    def chain(self) -> tuple[ExecError, ...]:
        """This error and those inside it, from the outermost template to the innermost."""
        return tuple(error for error in unwrap(self) if isinstance(error, ExecError))


def unwrap(error: Exception | None) -> Iterator[Exception]:
    """Yield `error` and what it wraps, as repeated `errors.Unwrap` does."""
    while error is not None:
        yield error
        error = getattr(error, "cause", None)
