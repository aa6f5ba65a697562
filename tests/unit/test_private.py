"""Directories and files of caches: what others could have written, or could read, is not taken."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hivehelm import private

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def test_the_release_is_that_of_the_package() -> None:
    project = Path(__file__).resolve().parents[2] / "pyproject.toml"
    assert tomllib.loads(project.read_text())["project"]["version"] == private.RELEASE


@pytest.fixture
def careless() -> Iterator[None]:
    """A user who lets everyone write to everything."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def owned_by_another(monkeypatch: pytest.MonkeyPatch, another: Path) -> None:
    """Let one path, and none that it leads to, be another user's."""
    real = os.lstat

    def lstat(path: str) -> os.stat_result:
        found = real(path)
        if str(path) != str(another):
            return found
        fields = list(found)
        fields[stat.ST_UID] = os.geteuid() + 1
        return os.stat_result(fields)

    monkeypatch.setattr(os, "lstat", lstat)


def test_a_directory_is_made_for_us_alone(tmp_path: Path) -> None:
    made = tmp_path / "a" / "b"
    assert private.directory(str(made))
    assert made.stat().st_mode & 0o777 == 0o700
    assert private.directory(str(made))


def test_what_others_can_write_to_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o777)
    assert not private.directory(str(tmp_path))
    tmp_path.chmod(0o700)
    assert private.directory(str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert not private.directory(str(tmp_path))


@pytest.mark.usefixtures("careless")
def test_directories_are_made_for_us_alone_whatever_the_umask(tmp_path: Path) -> None:
    assert private.directory(str(tmp_path / "a" / "b" / "c"))
    private.write(str(tmp_path / "a" / "b" / "c" / "entry"), b"1")
    assert [mode(path) for path in sorted(tmp_path.rglob("*"))] == [0o700, 0o700, 0o700, 0o600]


@pytest.mark.parametrize("bits", [0o720, 0o702, 0o777, 0o1777])
def test_a_directory_that_others_can_write_to_is_not_ours(tmp_path: Path, bits: int) -> None:
    tmp_path.chmod(bits)
    assert not private.directory(str(tmp_path))
    assert mode(tmp_path) == bits


@pytest.mark.parametrize("bits", [0o750, 0o705, 0o755, 0o711])
def test_what_others_could_look_into_they_cannot_any_more(tmp_path: Path, bits: int) -> None:
    tmp_path.chmod(bits)
    assert private.directory(str(tmp_path))
    assert mode(tmp_path) == 0o700


def test_in_a_directory_for_everyone_ours_is_ours(tmp_path: Path) -> None:
    """Such as /tmp, or a volume in a container; those who could put another there could not make it ours."""
    tmp_path.chmod(0o777)
    assert private.directory(str(tmp_path / "cache"))
    assert mode(tmp_path / "cache") == 0o700


def test_links_that_we_made_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(0o700)
    (tmp_path / "link").symlink_to("real")
    assert private.directory(str(tmp_path / "link"))
    assert private.directory(str(tmp_path / "link" / "below"))
    assert (tmp_path / "real" / "below").is_dir()


@pytest.mark.parametrize("path", ["link", "link/below"])
def test_links_that_others_made_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    (tmp_path / "real" / "below").mkdir(0o700, parents=True)
    (tmp_path / "real").chmod(0o700)
    (tmp_path / "link").symlink_to("real")
    owned_by_another(monkeypatch, tmp_path / "link")
    assert not private.directory(str(tmp_path / path))


def test_a_link_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    assert not private.directory(str(tmp_path / "link"))
    (tmp_path / "loop").symlink_to("loop")
    assert not private.directory(str(tmp_path / "loop" / "below"))


def test_where_nothing_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, mode: int = 0o777) -> None:
        raise OSError(30, "Read-only file system", path)

    (tmp_path / "there").mkdir(0o700)
    monkeypatch.setattr(os, "mkdir", refuse)
    assert private.directory(str(tmp_path / "there"))
    assert not private.directory(str(tmp_path / "there" / "below"))


# --- entries


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    path = tmp_path / "entry"
    private.write(str(path), b"data")
    return path


def test_an_entry_is_read(entry: Path) -> None:
    assert private.read(str(entry), 4) == b"data"
    entry.write_bytes(b"")
    assert private.read(str(entry), 4) == b""
    entry.unlink()
    assert private.read(str(entry), 4) is None


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o602, 0o601, 0o666])
def test_an_entry_that_others_could_read_or_write_is_not(entry: Path, bits: int) -> None:
    entry.chmod(bits)
    assert private.read(str(entry), 4) is None


def test_an_entry_of_another_user_is_not(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert private.read(str(entry), 4) is None


def test_an_entry_that_is_too_large_is_not(entry: Path) -> None:
    assert private.read(str(entry), 3) is None
    os.truncate(entry, 1 << 40)
    assert private.read(str(entry), 1 << 30) is None


def test_an_entry_of_two_names_is_not(entry: Path) -> None:
    os.link(entry, f"{entry}.other")
    assert private.read(str(entry), 4) is None
    Path(f"{entry}.other").unlink()
    assert private.read(str(entry), 4) == b"data"


def test_only_files_are_entries(entry: Path, tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir(0o700)
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "link").symlink_to("entry")
    (tmp_path / "device").symlink_to("/dev/zero")
    for name in ("directory", "pipe", "link", "device"):
        assert private.read(str(tmp_path / name), 4) is None, name
    assert private.read("/dev/zero", 4) is None


def test_an_entry_that_goes_while_it_is_read(entry: Path) -> None:
    descriptor = private.entry(str(entry), 4)
    assert descriptor is not None
    entry.unlink()
    assert os.read(descriptor, 10) == b"data"
    os.close(descriptor)


def test_an_entry_that_cannot_be_read(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int, size: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", fail)
    assert private.read(str(entry), 4) is None


def test_reading_goes_on_to_the_end(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, size: real(descriptor, min(size, 3)))
    assert private.read(str(entry), 4) == b"data"


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import resource, signal\n"
        "from hivehelm import private\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        f"private.write({str(tmp_path / 'small')!r}, b'x' * 1000)\n"
        f"private.write({str(tmp_path / 'large')!r}, b'x' * 1001)\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_a_link_in_the_place_of_an_entry_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "entry").symlink_to("mine")
    private.write(str(tmp_path / "entry"), b"1")
    assert (tmp_path / "mine").read_text() == "mine"
    assert private.read(str(tmp_path / "entry"), 4) == b"1"


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not private.directory(str(tmp_path / "file"))
    assert not private.directory(str(tmp_path / "file" / "below"))


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    private.write(str(tmp_path / "a"), b"1")
    private.write(str(tmp_path / "a"), b"2")
    assert (tmp_path / "a").read_bytes() == b"2"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    private.write(str(tmp_path / "none" / "a"), b"1")
    (tmp_path / "taken").mkdir()
    private.write(str(tmp_path / "taken"), b"1")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a", "taken"]


def test_who_is_interrupted_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        private.write(str(tmp_path / "a"), b"1")
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_files_go_when_there_are_too_many_or_too_large(tmp_path: Path) -> None:
    def fill() -> None:
        for number in range(8):
            (tmp_path / str(number)).write_bytes(b"x" * 10)
            os.utime(tmp_path / str(number), (number, number))

    def left() -> list[str]:
        return sorted(one.name for one in tmp_path.iterdir())

    fill()
    private.prune(str(tmp_path), 8, 80)
    assert len(left()) == 8
    private.prune(str(tmp_path), 7, 80)
    assert left() == ["3", "4", "5", "6", "7"]
    fill()
    private.prune(str(tmp_path), 8, 79)
    assert left() == ["3", "4", "5", "6", "7"]
    private.prune(str(tmp_path), 8, 1)
    assert left() == ["7"]
    private.prune(str(tmp_path / "none"), 0, 0)
