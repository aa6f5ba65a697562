"""Rendering in a process of its own, which can be killed: for servers, and for charts of strangers.

The process loads the chart, renders it, and sends back the documents. It asks nothing of the network (schemas
fetch nothing, names are not looked up), has nothing of the environment, and writes no files. When it takes
too long or too much, it is killed; the caller gets a typed error and stays as it was.
"""

from __future__ import annotations

import os

from hivehelm.actions.isolatedwire import WireError, frame, pack_values, text, texts, unframe
from hivehelm.errors import HivehelmError
from hivehelm.limits import MEMORY, OUTPUT, SECONDS, LimitError, Limits, MemoryLimitError, OutputLimitError
from hivehelm.limits import TimeLimitError as ProcessorTimeLimitError
from hivehelm.record import Record
from hivehelm.render.context import ReleaseOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from subprocess import Popen
    from typing import Any

    from hivehelm.manifest.hooks import Hook, Manifest

# What the interpreter and the modules take, and what may be on its way, beyond the limit.
_BASE = 96 << 20
# Names, and what JSON adds.
_MARGIN = 16 << 20
_STEP = 0.05
_ENDING = 5.0
_CHUNK = 1 << 16
_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from hivehelm.actions.isolatedchild import main; main()"
_KEPT = ("TZ", "TZDIR", "LANG", "LC_ALL", "SYSTEMROOT")


class IsolationTimeoutError(LimitError):
    """Rendering is not over after `limit` seconds, whatever the reason."""

    def __str__(self) -> str:
        return f"the chart is not rendered after {self.limit:g}s"


class IsolatedError(HivehelmError):
    """The chart cannot be loaded or rendered. `kind` is the error's class, such as `RenderError`."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class WorkerError(HivehelmError):
    """The process that renders died, or sent what cannot be understood; `code` is its exit code."""

    def __init__(self, problem: str, code: int | None = None) -> None:
        super().__init__(f"the rendering process failed: {problem}")
        self.code = code


class IsolationOptions(Record):
    """How a chart is rendered in a process of its own.

    `kube_version` and `api_versions` are what templates see of a cluster, as `--kube-version` and
    `--api-versions` say; `timeout` is in seconds on the wall, 0 for none, and `limits` hold processor time,
    memory and output as those of the commands do. With `cache_directory`, an absolute path, compiled
    templates are kept between calls. `python` is the interpreter, where it is not the running one.
    """

    release: ReleaseOptions = ReleaseOptions()
    kube_version: str = ""
    api_versions: tuple[str, ...] = ()
    subchart_notes: bool = False
    skip_schema_validation: bool = False
    strict: bool = False
    timeout: float = 30.0
    limits: Limits = Limits(seconds=SECONDS, memory=MEMORY, output=OUTPUT)
    cache_directory: str = ""
    python: str = ""


class Rendered(Record):
    """What a chart renders to.

    `name`, `version` and `app_version` are the chart's. `crds` are pairs of a path and a text; `manifests`
    and `hooks` are in the order in which Helm applies them. `warnings` are what was logged.
    """

    name: str
    version: str
    app_version: str
    crds: tuple[tuple[str, str], ...]
    manifests: tuple[Manifest, ...]
    hooks: tuple[Hook, ...]
    notes: str
    warnings: tuple[str, ...]

    def manifest(self, *, include_crds: bool = False) -> str:
        """Return the documents as one text, each under a line that names its template."""
        crds = [f"---\n# Source: {path}\n{data}\n" for path, data in self.crds] if include_crds else []
        return "".join((*crds, *(f"---\n# Source: {m.name}\n{m.content}\n" for m in self.manifests)))


def render_isolated(
    chart: str | os.PathLike[str] | bytes,
    values: dict[str, Any] | None = None,
    options: IsolationOptions | None = None,
) -> Rendered:
    """Load and render a chart, a path or an archive's bytes, in a process of its own.

    `values` are those the user gives, made of what JSON has. It is safe to call from many threads.

    Raises:
        IsolatedError: the chart or the values are wrong; the message is Helm's.
        LimitError: it takes too much, as the subclass tells: IsolationTimeoutError, TimeLimitError,
            MemoryLimitError, OutputLimitError.
        WorkerError: the process failed.
    """
    options = options or IsolationOptions()
    limits = options.limits
    attachment = chart if isinstance(chart, bytes) else b""
    try:
        request = frame(
            {
                "path": "" if isinstance(chart, bytes) else os.path.abspath(os.fspath(chart)),
                "values": pack_values(values or {}),
                "release": options.release.__dict__,
                "kube_version": options.kube_version,
                "api_versions": list(options.api_versions),
                "subchart_notes": options.subchart_notes,
                "skip_schema_validation": options.skip_schema_validation,
                "strict": options.strict,
                "limits": limits.__dict__,
                "cache": options.cache_directory,
            },
            attachment,
        )
    except (RecursionError, TypeError, ValueError) as error:
        raise IsolatedError("ValuesError", f"values cannot be sent: {error}") from None
    answer = _exchange(request, options)
    try:
        return _understood(answer, limits)
    except WireError as error:
        raise WorkerError(str(error)) from None


def _exchange(request: bytes, options: IsolationOptions) -> bytes:
    import signal
    import subprocess
    import sys
    from contextlib import suppress

    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    search = [here, *(path for path in sys.path if path)]
    process = subprocess.Popen(  # noqa: S603
        [options.python or sys.executable, "-I", "-S", "-c", _BOOT, *search],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
        cwd="/",
        start_new_session=True,
    )
    try:
        answer = _Conversation(process, request, options).run()
        if not answer:
            # How it ended tells why; one that does not end is killed.
            with suppress(subprocess.TimeoutExpired):
                process.wait(_ENDING)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
    if not answer:
        code = process.returncode
        if code == -signal.SIGXCPU:
            raise ProcessorTimeLimitError(options.limits.seconds)
        raise WorkerError(f"signal {-code}" if code < 0 else f"exit code {code}", code)
    return answer


class _Conversation:
    """Writes the request and reads the answer, while it looks at the clock and at the process's memory."""

    def __init__(self, process: Popen[bytes], request: bytes, options: IsolationOptions) -> None:
        from time import monotonic

        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        self.process = process
        self.source = process.stdout.fileno()
        self.target = process.stdin.fileno()
        self.request = memoryview(request)
        self.options = options
        self.clock = monotonic
        self.end = monotonic() + options.timeout if options.timeout else None
        self.most = options.limits.memory + _BASE if options.limits.memory else 0
        self.room = 2 * options.limits.output + _MARGIN if options.limits.output else 0

    def run(self) -> bytes:
        """Return the answer, empty where the process dies without one.

        Raises:
            LimitError: it takes too long, or too much.
        """
        import select

        for descriptor in (self.source, self.target):
            os.set_blocking(descriptor, False)
        parts: list[bytes] = []
        received = 0
        poll = select.poll()
        poll.register(self.source, select.POLLIN)
        poll.register(self.target, select.POLLOUT)
        while True:
            for descriptor, _ in poll.poll(self._patience() * 1000):
                if descriptor == self.target:
                    if not self._write():
                        poll.unregister(self.target)
                        self.process.stdin.close()  # type: ignore[union-attr]
                elif data := os.read(self.source, _CHUNK):
                    parts.append(data)
                    received += len(data)
                    if self.room and received > self.room:
                        raise OutputLimitError(self.options.limits.output)
                else:
                    return b"".join(parts)
            self._check()

    def _patience(self) -> float:
        return _STEP if self.end is None else max(0.0, min(_STEP, self.end - self.clock()))

    def _write(self) -> bool:
        """Write some of the request; tell whether there is more."""
        try:
            self.request = self.request[os.write(self.target, self.request[:_CHUNK]) :]
        except BlockingIOError:
            return True
        except BrokenPipeError:
            return False
        return bool(self.request)

    def _check(self) -> None:
        if self.end is not None and self.clock() >= self.end:
            raise IsolationTimeoutError(self.options.timeout)
        if self.most and _resident(self.process.pid) > self.most:
            raise MemoryLimitError(self.options.limits.memory)


def _resident(pid: int) -> int:
    """Return the bytes of memory that a process has; 0 where the system does not tell."""
    try:
        with open(f"/proc/{pid}/statm", "rb", 0) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0


def _understood(answer: bytes, limits: Limits) -> Rendered:
    value, _ = unframe(answer)
    if not isinstance(value, dict):
        raise WireError("the answer is no object")
    if (limit := value.get("limit")) is not None:
        raise {
            "TimeLimitError": ProcessorTimeLimitError(limits.seconds),
            "MemoryLimitError": MemoryLimitError(limits.memory),
            "OutputLimitError": OutputLimitError(limits.output),
        }.get(text(limit), WireError("the answer names an unknown limit"))
    if (error := value.get("error")) is not None:
        raise IsolatedError(text(value.get("kind")), text(error))
    try:
        return _rendered(value)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise WireError(f"the answer is malformed: {problem}") from None


def _rendered(value: dict[str, Any]) -> Rendered:
    from hivehelm.manifest.documents import Head
    from hivehelm.manifest.hooks import Hook, Manifest

    return Rendered(
        name=text(value["name"]),
        version=text(value["version"]),
        app_version=text(value["app_version"]),
        crds=tuple((text(path), text(data)) for path, data in value["crds"]),
        manifests=tuple(
            Manifest(
                name=text(path),
                content=text(content),
                head=Head(
                    api_version=text(head["api_version"]),
                    kind=text(head["kind"]),
                    name=text(head["name"]),
                    annotations=None
                    if head["annotations"] is None
                    else {key: text(item) for key, item in head["annotations"].items()},
                    has_metadata=head["has_metadata"] is True,
                ),
            )
            for path, content, head in value["manifests"]
        ),
        hooks=tuple(
            Hook(
                name=text(hook["name"]),
                kind=text(hook["kind"]),
                path=text(hook["path"]),
                manifest=text(hook["manifest"]),
                events=texts(hook["events"]),
                weight=int(hook["weight"]),
                delete_policies=texts(hook["delete_policies"]),
                output_log_policies=texts(hook["output_log_policies"]),
            )
            for hook in value["hooks"]
        ),
        notes=text(value["notes"]),
        warnings=texts(value["warnings"]),
    )
