"""Sprig's path functions, as Go's path has them; those of the operating system are the same on POSIX."""

from __future__ import annotations

from hivehelm.gotemplate.functions.signature import go


@go("string")
def base(path: str) -> str:
    """`base`, `osBase`: the last element."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


@go("string")
def dir_(path: str) -> str:
    """`dir`, `osDir`: all but the last element, cleaned."""
    return clean(path[: path.rfind("/") + 1])


@go("string")
def clean(path: str) -> str:
    """`clean`, `osClean`: the shortest path of the same meaning."""
    rooted = path.startswith("/")
    kept: list[str] = []
    for element in path.split("/"):
        if element == "..":
            if kept and kept[-1] != "..":
                kept.pop()
            elif not rooted:
                kept.append(element)
        elif element not in ("", "."):
            kept.append(element)
    return ("/" if rooted else "") + "/".join(kept) or "."


@go("string")
def ext(path: str) -> str:
    """`ext`, `osExt`: the last element's text from its last point on."""
    name = path[path.rfind("/") + 1 :]
    point = name.rfind(".")
    return name[point:] if point >= 0 else ""


@go("string")
def is_abs(path: str) -> bool:
    """`isAbs`, `osIsAbs`: whether the path begins at the root."""
    return path.startswith("/")
