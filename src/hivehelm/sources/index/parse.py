"""An index into `builder`'s form: as a stream where it can be, else as Go's decoders read it."""

from __future__ import annotations

from hivehelm.chart.decode import BadTimeError, fold
from hivehelm.fastpaths import FAST
from hivehelm.golang.yaml import YAMLError
from hivehelm.golang.yaml.decode import PREFIX
from hivehelm.golang.yaml.libyaml import AliasEvent, MappingStartEvent, SequenceEndEvent, SequenceStartEvent
from hivehelm.sources.index.builder import Builder
from hivehelm.sources.index.decode import IndexDecoder, spell_entry, spell_index
from hivehelm.sources.index.errors import BrokenIndexError
from hivehelm.sources.index.events import Events, Unlike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO

    # Whether decoding stops, and what is wrong, "" for nothing.
    Verdict = tuple[bool, str]
    Way = Callable[[BinaryIO, Builder], dict[str, Any]]

_DECODING = "error unmarshaling JSON: while decoding JSON: "
_BLOCK = 1 << 20
_JSON = tuple(bytes([code]) for code in b'{["-0123456789tfn')
_SMALL = 1 << 16
_LARGE = 1 << 19


def parse(file: BinaryIO, out: BinaryIO) -> None:
    """Read an index from the start of a file and write its parsed form to `out`.

    Raises:
        BrokenIndexError: it is no index.
    """
    file.seek(0)
    start = file.read(_BLOCK)
    ways: list[Way] = []
    if start.lstrip(b" \t\r\n").startswith(b"{"):
        from hivehelm.sources.index.jsonstream import read as read_json

        ways = [read_json]
    elif len(start) < _SMALL:
        # Not worth the time that the regular expressions of the stream take to be made.
        ways = [_read_events]
    else:
        from hivehelm.sources.index.stream import read as read_stream

        ways = [read_stream, _read_events]
    if not FAST:
        ways = []
    for way in ways:
        try:
            _write(file, out, way)
        except Unlike:
            continue
        return
    _write(file, out, _read_whole)


def _write(file: BinaryIO, out: BinaryIO, way: Way) -> None:
    file.seek(0)
    out.seek(0)
    out.truncate()
    builder = Builder(out)
    builder.finish(way(file, builder))


def top_of(said: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    """Return what an index says of itself, checked; entries are not to be among it any more.

    `strict`: it was YAML.

    Raises:
        Unlike: something is wrong with it.
    """
    if any(value and fold(key) == "entries" for key, value in said.items()):
        raise Unlike
    if strict:
        spell_index(said)
    decoder = IndexDecoder(strict, ordered=not strict)
    try:
        top, _ = decoder.index(said)
    except BadTimeError:
        raise Unlike from None
    if decoder.problem:
        raise Unlike
    return {name: value for name, value in vars(top).items() if value}


def _read_events(file: BinaryIO, builder: Builder) -> dict[str, Any]:
    """Read YAML of any layout through libyaml, and gather what is wrong with it on the way.

    Raises:
        Unlike: it needs go-yaml's own rules, or is no YAML.
        BrokenIndexError: it is no index.
    """
    _check_plain(file)
    file.seek(0)
    events = Events(file, whole=True)
    start = events.next()
    if start.__class__ is not MappingStartEvent:
        raise Unlike
    said: dict[str, Any] = {}
    wrong: dict[str, Verdict] = {}
    for key in events.keys(start, 0):
        if key == "entries":
            wrong = _read_entries(events, builder)
            said[key] = {}
        else:
            said[key] = events.value()
    events.end()
    if events.issues:
        issues = "\n  ".join(events.issues)
        raise BrokenIndexError(f"{PREFIX}yaml: unmarshal errors:\n  {issues}")
    if any(value and fold(key) == "entries" for key, value in said.items()):
        raise Unlike
    spell_index(said)
    _judge(said, wrong)
    return top_of(said, strict=True)


def _read_entries(events: Events, builder: Builder) -> dict[str, Verdict]:
    """Read all charts; return what is wrong with which."""
    event = events.next()
    if event.__class__ is AliasEvent:
        raise Unlike
    if event.__class__ is not MappingStartEvent:
        return {"": _verdict(IndexDecoder.index, {"entries": events.value_of(event, 1)})}
    wrong: dict[str, Verdict] = {}
    for name in events.keys(event, 1):
        builder.begin(name)
        event = events.next()
        if event.__class__ is SequenceStartEvent:
            events.open(event, 2)
            while (event := events.next()).__class__ is not SequenceEndEvent:
                entry = events.value_of(event, 3)
                spell_entry(entry)
                verdict = _verdict(_add, builder, entry)
                if verdict[1] and not wrong.get(name, (False, ""))[0]:
                    # A time that is none ends decoding, whatever else was wrong before.
                    wrong[name] = verdict if verdict[0] else wrong.get(name, verdict)
        elif event.__class__ is AliasEvent:
            raise Unlike
        else:
            wrong[name] = _verdict(IndexDecoder.versions, events.value_of(event, 2))
        builder.end()
    return wrong


def _add(decoder: IndexDecoder, builder: Builder, entry: Any) -> None:
    builder.add(decoder.entry(entry))


def _verdict(decode: Callable[..., object], *arguments: object) -> Verdict:
    """Return whether decoding stops there, and what is wrong."""
    decoder = IndexDecoder(strict=True)
    try:
        decode(decoder, *arguments)
    except BadTimeError as error:
        return True, str(error)
    return False, decoder.problem


def _judge(said: dict[str, Any], wrong: dict[str, Verdict]) -> None:
    """Raise what Go says of all that is wrong: what stops it, else the first in the order of keys."""
    first = ""
    for key in sorted(said):
        verdicts = [wrong[name] for name in sorted(wrong)]
        if key != "entries":
            verdicts = [_verdict(IndexDecoder.index, {key: said[key]})]
        for stops, problem in verdicts:
            if stops:
                raise BrokenIndexError(f"{_DECODING}{problem}")
            first = first or problem
    if first:
        raise BrokenIndexError(f"{_DECODING}{first}")


def _check_plain(file: BinaryIO) -> None:
    """Look for what libyaml and go-yaml differ in.

    Raises:
        Unlike: there is some of that.
    """
    from hivehelm.golang.yaml.decode import is_plain

    rest = b""
    while block := file.read(_BLOCK):
        if not is_plain(rest + block):
            raise Unlike
        rest = block[-8:]


def _read_whole(file: BinaryIO, builder: Builder) -> dict[str, Any]:
    """Read an index as Go's decoders do, all of it at once.

    Raises:
        BrokenIndexError: it is none.
    """
    from hivehelm.golang.json import JSONError
    from hivehelm.golang.jsonread import loads
    from hivehelm.golang.yaml.tree import load

    data = file.read()
    prefix = ""
    try:
        document = loads(data if data.lstrip(b" \t\r\n")[:1] in _JSON else b"")
    except JSONError:
        prefix = _DECODING
        if len(data) > _LARGE:
            from hivehelm.sources.index.shorten import shortened

            # What is wrong with the whole is wrong with the part, too, and told sooner.
            data = shortened(data) or data
        try:
            document = load(data, whole=True, strict=True, prepare=spell_index)
        except YAMLError as error:
            raise BrokenIndexError(str(error)) from None
    del data
    decoder = IndexDecoder(strict=bool(prefix), ordered=not prefix)
    try:
        top, entries = decoder.index(document)
    except BadTimeError as error:
        raise BrokenIndexError(f"{prefix}{error}") from None
    if decoder.problem:
        raise BrokenIndexError(f"{prefix}{decoder.problem}")
    for name, versions in entries.items():
        builder.begin(name)
        for version in versions or ():
            builder.add(version)
        builder.end()
    return {name: value for name, value in vars(top).items() if value}
