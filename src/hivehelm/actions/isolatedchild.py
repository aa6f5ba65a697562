"""The process that renders for another one: a request on standard input, an answer on standard output."""

from __future__ import annotations

import os
import sys

from hivehelm.actions.isolatedwire import frame, unframe, unpack_values
from hivehelm.errors import HivehelmError
from hivehelm.limits import LimitError, Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.actions.plan import Plan
    from hivehelm.chart.model import Chart

_MOST_WARNINGS = 1000
_LONGEST_WARNING = 10_000


def main() -> None:
    """Answer one request."""
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    request, attachment = unframe(sys.stdin.buffer.read())
    answer = _answer(request, attachment)
    with open(out, "wb") as pipe:
        pipe.write(answer)
    # Threads that a limit has left behind are of no more use.
    os._exit(0)


def _answer(request: dict[str, Any], attachment: bytes) -> bytes:
    limits = Limits(**request["limits"])
    _confine(limits, writing=bool(request["cache"]))
    warnings: list[str] = []
    try:
        with limits.watched():
            return _packed(_plan(request, attachment, limits, warnings), warnings)
    except LimitError as error:
        return frame({"limit": type(error).__name__})
    except HivehelmError as error:
        return frame({"kind": type(error).__name__, "error": str(error)})
    except RecursionError:
        return frame({"kind": "RecursionError", "error": "the input is nested too deeply"})
    except MemoryError:
        return frame({"limit": "MemoryLimitError"})
    except OSError as error:
        return frame({"kind": "OSError", "error": str(error)})


def _confine(limits: Limits, *, writing: bool) -> None:
    """Take from the process what it does not need: files, core dumps, calls that no signal reaches."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not writing:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if limits.seconds:
        # The watch comes first, but for a single call that goes on and on.
        seconds = int(limits.seconds) + 3
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _plan(request: dict[str, Any], attachment: bytes, limits: Limits, warnings: list[str]) -> Plan:
    from hivehelm.actions.plan import PlanOptions, plan
    from hivehelm.gotemplate.cache import TemplateCache
    from hivehelm.render.capabilities import default, parse_kube_version
    from hivehelm.render.context import ReleaseOptions

    def log(level: str, message: str, /, **attributes: object) -> None:
        if level != "DEBUG" and len(warnings) < _MOST_WARNINGS:
            said = " ".join((message, *(f"{key}={value}" for key, value in attributes.items())))
            warnings.append(said[:_LONGEST_WARNING])

    version = request["kube_version"]
    options = PlanOptions(
        release=ReleaseOptions(**request["release"]),
        capabilities=default(parse_kube_version(version) if version else None, request["api_versions"]),
        subchart_notes=request["subchart_notes"],
        skip_schema_validation=request["skip_schema_validation"],
        strict=request["strict"],
        cache=TemplateCache(request["cache"]) if request["cache"] else None,
        limits=limits,
        log=log,
    )
    return plan(_chart(request["path"], attachment, log), unpack_values(request["values"]), options)


def _chart(path: str, archive: bytes, log: Callable[..., None]) -> Chart:
    if path:
        from hivehelm.chart.load import load

        return load(path, log)
    from io import BytesIO

    from hivehelm.chart.load import load_archive

    return load_archive(BytesIO(archive), log)


def _packed(plan: Plan, warnings: list[str]) -> bytes:
    metadata = plan.chart.metadata
    return frame(
        {
            "name": metadata.name,
            "version": metadata.version,
            "app_version": metadata.app_version,
            "crds": [(crd.filename, crd.file.text) for crd in plan.crds],
            "manifests": [(m.name, m.content, m.head.__dict__) for m in plan.manifests],
            "hooks": [hook.__dict__ for hook in plan.hooks],
            "notes": plan.notes,
            "warnings": warnings,
        }
    )
