"""The functions that templates of charts may call: sprig's, and Helm's own (pkg/engine's funcMap)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.gotemplate.errors import ParseError, TemplateError, Wrapping, unwrap
from hivehelm.gotemplate.functions.signature import FunctionError, go
from hivehelm.gotemplate.functions.table import SPRIG
from hivehelm.render.errors import WARNING_END, WARNING_START

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeAlias

    from hivehelm.gotemplate.template import TemplateSet
    from hivehelm.render.calls import Calls

    Entry: TypeAlias = Callable[..., Any] | tuple[str, str]

MAX_NESTED_INCLUDES = 1000

# Helm has no such bound: it takes gigabytes, and then its process is killed.
MAX_NESTED_TPL = 2000

SERIALIZATION: dict[str, Entry] = {
    name: ("hivehelm.render.serialization", attribute)
    for name, attribute in {
        "fromJson": "from_json",
        "fromJsonArray": "from_json_array",
        "fromToml": "from_toml",
        "fromYaml": "from_yaml",
        "fromYamlArray": "from_yaml_array",
        "mustToJson": "must_to_json",
        "mustToToml": "must_to_toml",
        "mustToYaml": "must_to_yaml",
        "toJson": "to_json",
        "toToml": "to_toml",
        "toYaml": "to_yaml",
        "toYamlPretty": "to_yaml_pretty",
    }.items()
}


class EndlessTplError(FunctionError):
    """Texts given to `tpl` call `tpl` in their turn, without an end."""

    def __init__(self) -> None:
        super().__init__(f"tpl is nested more than {MAX_NESTED_TPL} deep: unable to execute template")


class TplError(Wrapping, FunctionError):
    """A text given to `tpl`, or a `lookup`, fails: `words`, and then what `cause`, the error inside, says."""

    def __init__(self, words: str, cause: Exception) -> None:
        super().__init__(words)
        self.words = words
        self.cause = cause

    def told(self) -> str:
        """Return what comes before the text of the cause."""
        return self.words


def helm_functions(
    *,
    lint: bool = False,
    resolve: Callable[[str], Sequence[str]] | None = None,
    lookup: Callable[[str, str, str, str], dict[str, Any]] | None = None,
    custom: Mapping[str, Entry] | None = None,
    log: Callable[..., None] | None = None,
) -> dict[str, Entry]:
    """Return all functions but `include` and `tpl`, which `bind_to` makes for a set of templates.

    The arguments are those of `render.engine.render`.
    """
    functions: dict[str, Entry] = {**SPRIG, **SERIALIZATION}
    functions["required"] = _required(lint, log)
    functions["fail"] = _fail(lint, log)
    functions["lookup"] = _lookup(None if lint else lookup)
    if resolve is not None:
        from hivehelm.gotemplate.functions.network import resolving

        functions["getHostByName"] = resolving(resolve)
    functions.update(custom or {})
    functions.setdefault("include", _unbound)
    functions.setdefault("tpl", _unbound)
    return functions


def bind_to(
    templates: TemplateSet,
    calls: Calls | None = None,
    nested: dict[str, int] | None = None,
    level: int = 0,
    own: str = "",
) -> None:
    """Give `templates` an `include` and a `tpl` that see them.

    `calls` are those whose texts are known. `nested` counts how deep each name is included at the moment;
    sets cloned by `tpl` share it. `level` counts the clones. `own` are the texts that defined templates for
    this set alone.
    """
    nested = {} if nested is None else nested
    execute = templates.execute

    @go("string, any")
    def include(name: str, data: Any) -> str:
        depth = nested.get(name, 0)
        if depth > MAX_NESTED_INCLUDES:
            raise FunctionError(
                f"rendering template has a nested reference name: {name}: unable to execute template"
            )
        nested[name] = depth + 1
        try:
            return execute(name, data)
        finally:
            nested[name] = depth

    @go("string, any")
    def tpl(text: str, data: Any) -> str:
        if "{{" not in text:
            return text.replace("<no value>", "")
        if level == MAX_NESTED_TPL:
            raise EndlessTplError
        inner = templates.clone()
        bind_to(inner, calls, nested, level + 1, own + text if _defines(text) else own)
        try:
            template = inner.add(templates.name, text)
        except ParseError as error:
            raise TplError(f"cannot parse template {_quote(text)}: ", error) from None
        try:
            result = inner.execute(template, data)
        except TemplateError as error:
            for inside in unwrap(error):
                if isinstance(inside, EndlessTplError):
                    # A thousand times the same words would say no more.
                    raise inside from None
            raise TplError(f"error during tpl function execution for {_quote(text)}: ", error) from None
        return result.replace("<no value>", "")

    if calls is None:
        templates.set_functions({"include": include, "tpl": tpl})
        return

    run, here = calls.run, templates.name

    @go("string, any")
    def known_include(name: str, data: Any) -> str:
        # The text that tpl was given goes by the name of the set.
        return run(("include", own), name, data, include) if name != here else include(name, data)

    @go("string, any")
    def known_tpl(text: str, data: Any) -> str:
        return run(("tpl", own), text, data, tpl) if "{{" in text else tpl(text, data)

    templates.set_functions({"include": known_include, "tpl": known_tpl})


def _defines(text: str) -> bool:
    return "define" in text or "block" in text


@go("string, any")
def _unbound(name: str, data: Any) -> str:
    raise FunctionError("not bound to a set of templates")


def _required(lint: bool, log: Callable[..., None] | None) -> Callable[[str, Any], Any]:
    @go("string, any")
    def required(warning: str, value: Any) -> Any:
        if value is not None and value != "":
            return value
        if not lint:
            raise FunctionError(f"{WARNING_START}{warning}{WARNING_END}")
        if log is not None:
            log("WARN", f"missing required value{'' if value is None else 's'}", message=warning)
        return ""

    return required


def _fail(lint: bool, log: Callable[..., None] | None) -> Callable[[str], str]:
    @go("string")
    def fail(message: str) -> str:
        if not lint:
            raise FunctionError(f"{WARNING_START}{message}{WARNING_END}")
        if log is not None:
            log("INFO", "funcMap fail", message=message)
        return ""

    return fail


def _lookup(read: Callable[[str, str, str, str], dict[str, Any]] | None) -> Callable[..., dict[str, Any]]:
    @go("string, string, string, string")
    def lookup(api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]:
        if read is None:
            return {}
        try:
            return read(api_version, kind, namespace, name)
        except HivehelmError as error:
            raise TplError("", error) from None

    return lookup


def _quote(text: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(text)
