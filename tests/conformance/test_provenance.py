"""verify and package --sign through the real Helm and ours: keys, signatures and texts, good ones and broken.

What is printed and the exit codes have to be equal; what one signs the other verifies.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from tests.cases.provenance import ARCHIVE, SCENES, expected, masked
from tests.openpgp import Key, armored, bind, certificate, claim, integer, keybox, number, subpacket

from hivehelm.cli.hivehelm import main
from hivehelm.provenance.armor import decode
from hivehelm.provenance.packets import PacketReader
from hivehelm.provenance.signature import Signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def theirs(helm: Path, line: str, top: Path, given: bytes | None = None) -> tuple[int, str, str]:
    """Run a command line of the real Helm in a directory; `given` comes through a pipe."""
    with _standard_input(given):
        done = subprocess.run(
            [str(helm), *shlex.split(line)],
            cwd=top,
            env={"HOME": str(top), "PATH": os.environ["PATH"], "PWD": str(top)},
            capture_output=True,
            check=False,
            timeout=60,
        )
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def ours(line: str, top: Path, given: bytes | None = None) -> tuple[int, str, str]:
    """Run a command line of ours in this process, in a directory."""
    said = [io.BytesIO(), io.BytesIO()]
    out, err = (io.TextIOWrapper(one, encoding="utf-8") for one in said)
    with (
        contextlib.chdir(top),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.MonkeyPatch.context() as patch,
        _standard_input(given),
    ):
        patch.setenv("HOME", str(top))
        patch.setenv("PWD", str(top))
        code = main(shlex.split(line))
    texts = [one.getvalue().decode(errors="replace") for one in said]
    return code, texts[0], texts[1]


@contextlib.contextmanager
def _standard_input(given: bytes | None) -> Iterator[None]:
    """Have what is given come through a pipe, or nothing at all."""
    kept = os.dup(0)
    if given is None:
        source = os.open(os.devnull, os.O_RDONLY)
    else:
        source, sink = os.pipe()
        os.write(sink, given)
        os.close(sink)
    os.dup2(source, 0)
    os.close(source)
    try:
        yield
    finally:
        os.dup2(kept, 0)
        os.close(kept)


def test_what_helm_says_is_in_the_table(helm: Path, tmp_path: Path) -> None:
    """Scenes are verified by the real Helm; the unit tests hold ours to the same table.

    Every fifth is, for the time it takes; with HIVEHELM_RECORD set all are, and the table is written.
    """
    table = {}
    recording = "HIVEHELM_RECORD" in os.environ
    (tmp_path / "c-0.1.0.tgz").write_bytes(ARCHIVE)
    for name, scene in list(SCENES.items())[:: 1 if recording else 5]:
        ring, provenance = scene()
        (tmp_path / "c-0.1.0.tgz.prov").write_bytes(provenance)
        (tmp_path / "ring").write_bytes(ring)
        _, out, err = theirs(helm, "verify c-0.1.0.tgz --keyring ring", tmp_path)
        table[name] = masked(out + err)
    if recording:
        lines = (f"{name}\t{said.replace(chr(10), chr(92) + 'n')}\n" for name, said in table.items())
        (Path(__file__).parent.parent / "cases" / "provenance.tsv").write_text("".join(lines))
    known = expected()
    assert table == {name: known[name] for name in table}
    assert set(known) == set(SCENES)


ANN, BOB, SECOND = "Ann Other <ann@example.com>", "Bob <bob@example.com>", "Ann Second <ann@second.example>"
CHARTS = {
    "c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 0.1.0\n",
    "full/Chart.yaml": "apiVersion: v2\nname: full\nversion: 1.0.0+b.1\nappVersion: 1.10\n"
    "description: |\n  - dashes \n  -----BEGIN  \n  x\t\n\nkeywords: [k]\nannotations: {b: '2', a: '-'}\n"
    "maintainers:\n- name: Ünï\n  email: e\n",
    "full/values.yaml": "x: 1\n",
    "old/Chart.yaml": "apiVersion: v1\nname: old\nversion: 0.1.0\n",
    "old/requirements.yaml": "dependencies:\n- name: c\n  version: 0.1.0\n  repository: file://../c\n",
    "old/charts/c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 0.1.0\n",
    "needs/Chart.yaml": "apiVersion: v2\nname: needs\nversion: 0.1.0\ndependencies:\n- name: c\n"
    "  version: 0.1.0\n  repository: file://../c\n",
    "bad/Chart.yaml": "name: [\n",
    "pass": "secret\n",
    "pass-dos": "secret\r\nmore\n",
    "pass-bare": "secret",
    "pass-wrong": "wrong\n",
    "pass-blank": "\n",
    "pass-empty": "",
    "pass-long": "s" * 5000 + "\n",
}
KINDS = ("rsa", "rsa-sign", "dsa", "p256", "p521", "brainpool", "eddsa", "eddsa448", "ed25519", "ed448")
LOCKS: dict[str, dict[str, Any]] = {
    "sha1": {},
    "checksum": {"usage": 255},
    "simple": {"mode": 0},
    "salted": {"mode": 1, "hashed_with": 10},
    "aes128": {"cipher": 7, "hashed_with": 2},
    "aes192": {"cipher": 8, "count": 0xFF},
    "cast5": {"cipher": 3},
    "des": {"cipher": 2},
    "ocb": {"usage": 253},
    "eax": {"usage": 253, "aead": 1},
    "gcm": {"usage": 253, "aead": 3},
    "argon": {"usage": 253, "mode": 4},
    "other": {"data": integer(12345)},
    "short": {"data": b"", "usage": 255},
}


def _rings() -> dict[str, bytes]:
    """Return keyrings by the names of their files: those of secret keys, and `public` with all that sign."""
    ann, bob, second = Key("eddsa"), Key("rsa"), Key("ed25519", 3)
    new, sub, lost = Key("ed25519", 4, version=6), Key("eddsa", 5), Key("eddsa", 6)
    name = ANN.encode()
    rings = {
        "ann": certificate(ann, ANN, secret=True),
        "three": b"".join(
            certificate(key, name, secret=True) for key, name in ((ann, ANN), (bob, BOB), (second, SECOND))
        ),
        "two-names": certificate(ann, ANN, "Ann Again", secret=True),
        "without-flags": certificate(ann, ANN, secret=True, flags=None),
        "expired": certificate(ann, ANN, secret=True, extra=subpacket(9, number(60))),
        "with-subkey": certificate(ann, ANN, secret=True, after=sub.secret(subkey=True) + bind(ann, sub)),
        "version-6": certificate(new, ANN, secret=True),
        "dummy": lost.dummy() + claim(lost, name),
        "card": lost.dummy(how=2) + claim(lost, name),
        "armored": armored(certificate(ann, ANN, secret=True), "PGP PRIVATE KEY BLOCK"),
        "keybox": keybox(certificate(ann, ANN, secret=True)),
        "rubbish": b"rubbish",
        "empty": b"",
        "mismatch": ann.secret(data=integer(5)) + claim(ann, name),
    }
    for kind in KINDS:
        rings[kind] = certificate(Key(kind), ANN, secret=True)
    for lock, how in LOCKS.items():
        rings[f"locked-{lock}"] = ann.secret(b"secret", **how) + claim(ann, name)
    rings["locked-6"] = new.secret(b"secret") + certificate(new, ANN)[len(new.public()) :]
    rings["locked-rsa"] = bob.secret(b"secret") + claim(bob, name)
    rings["locked-blank"] = ann.secret(b"") + claim(ann, name)
    rings["locked-long"] = ann.secret(b"s" * 4096) + claim(ann, name)
    rings["public"] = b"".join(certificate(key, ANN) for key in (ann, bob, second, new, *map(Key, KINDS)))
    return rings


SIGN = r"""
package c --sign --keyring ann --key Ann ; verify c-0.1.0.tgz --keyring ann
package c --sign --keyring ann --key 'Ann Other <ann@example.com>' ; verify c-0.1.0.tgz --keyring public
package c --sign --keyring ann ; package c --sign --keyring ann --key '' ; package c --sign --key Ann
package c --sign --keyring '' --key Ann ; package c --sign --keyring nosuch --key Ann ; package --sign
package c --sign --keyring c --key Ann ; package c --sign --keyring ann --key Nobody
package c --sign --keyring public --key Nobody ; package c --sign --keyring ann --key ann
package c --sign=false --keyring nosuch --key Ann ; package c --keyring nosuch --passphrase-file nosuch
package c --sign --keyring three --key Ann ; package c --sign --keyring three --key bob@
package c --sign --keyring three --key 'Ann Second <ann@second.example>' ; verify c-0.1.0.tgz --keyring three
package c --sign --keyring three --key ' Other' ; verify c-0.1.0.tgz --keyring public
package c --sign --keyring two-names --key Ann ; package c --sign --keyring two-names --key 'Ann Again'
package c --sign --keyring public --key Bob ; package c --sign --keyring rubbish --key Ann
package c --sign --keyring empty --key Ann ; package c --sign --keyring mismatch --key Ann
package c --sign --keyring dummy --key Ann ; package c --sign --keyring card --key Ann
package c --sign --keyring without-flags --key Ann ; verify c-0.1.0.tgz --keyring without-flags
package c --sign --keyring expired --key Ann ; verify c-0.1.0.tgz --keyring expired
package c --sign --keyring with-subkey --key Ann ; verify c-0.1.0.tgz --keyring with-subkey
package c --sign --keyring version-6 --key Ann ; verify c-0.1.0.tgz --keyring version-6
package c --sign --keyring armored --key Ann ; package c --sign --keyring keybox --key Ann
package c --sign --keyring locked-sha1 --key Ann ; package c --sign --keyring locked-sha1 --key Ann --passphrase-file -
package c --sign --keyring locked-sha1 --key Ann --passphrase-file pass ; verify c-0.1.0.tgz --keyring public
package c --sign --keyring locked-sha1 --key Ann --passphrase-file pass-dos
package c --sign --keyring locked-sha1 --key Ann --passphrase-file pass-bare
package c --sign --keyring locked-sha1 --key Ann --passphrase-file pass-wrong
package c --sign --keyring locked-sha1 --key Ann --passphrase-file pass-blank
package c --sign --keyring locked-blank --key Ann --passphrase-file pass-blank
package c --sign --keyring locked-sha1 --key Ann --passphrase-file pass-empty
package c --sign --keyring locked-long --key Ann --passphrase-file pass-long
package c --sign --keyring locked-sha1 --key Ann --passphrase-file nosuch
package c --sign --keyring locked-sha1 --key Ann --passphrase-file c ; package c --sign --keyring ann --key Ann --passphrase-file nosuch
package c --sign --keyring ann --key Nobody --passphrase-file nosuch ; package c --sign --keyring nosuch --key Ann --passphrase-file nosuch
package c full --sign --keyring locked-sha1 --key Ann --passphrase-file pass ; verify full-1.0.0+b.1.tgz --keyring public
< secret | package c full --sign --keyring locked-rsa --key Ann --passphrase-file - ; verify c-0.1.0.tgz --keyring public
< wrong | package c full --sign --keyring locked-rsa --key Ann --passphrase-file -
<  | package c --sign --keyring locked-rsa --key Ann --passphrase-file -
< secret | package c --sign --keyring locked-sha1 --key Ann
package full --sign --keyring ann --key Ann ; verify full-1.0.0+b.1.tgz --keyring ann ; verify ./full-1.0.0+b.1.tgz --keyring public
package old --sign --keyring ann --key Ann ; verify old-0.1.0.tgz --keyring ann
package needs --sign --keyring ann --key Ann ; package needs -u --sign --keyring ann --key Ann ; verify needs-0.1.0.tgz --keyring ann
package c --sign --keyring ann --key Ann --version 9.9.9 --app-version x -d out/deep ; verify out/deep/c-9.9.9.tgz --keyring ann
package bad c --sign --keyring ann --key Ann ; package c bad --sign --keyring ann --key Ann
package c --sign --keyring ann --key Ann ; ! mv c-0.1.0.tgz d-0.1.0.tgz ; ! mv c-0.1.0.tgz.prov d-0.1.0.tgz.prov ; verify d-0.1.0.tgz --keyring ann
package c --sign --keyring ann --key Ann ; ! cp c-0.1.0.tgz.prov keep ; package c --version 0.2.0 ; ! cp c-0.2.0.tgz c-0.1.0.tgz ; verify c-0.1.0.tgz --keyring ann
package c --sign --keyring ann --key Ann ; ! mkdir x ; ! cp c-0.1.0.tgz x/C.TGZ ; ! cp c-0.1.0.tgz.prov x/C.TGZ.prov ; verify x/C.TGZ --keyring ann
! mkdir c-0.1.0.tgz.prov ; package c --sign --keyring ann --key Ann ; verify c-0.1.0.tgz --keyring ann
verify ; verify a b ; verify nosuch ; verify nosuch.tgz --keyring nosuch ; verify c ; verify pass --keyring ann
package c ; verify c-0.1.0.tgz ; verify c-0.1.0.tgz --keyring ann ; verify c/Chart.yaml/x.tgz
package c --sign --keyring ann --key Ann ; verify c-0.1.0.tgz ; verify c-0.1.0.tgz --keyring nosuch ; verify c-0.1.0.tgz --keyring c ; verify c-0.1.0.tgz --keyring ''
package c --sign --keyring ann --key Ann ; ! mkdir .gnupg ; ! cp public .gnupg/pubring.gpg ; verify c-0.1.0.tgz
package c --sign --keyring ann --key Ann ; ! mkdir .gnupg ; ! cp keybox .gnupg/pubring.kbx ; verify c-0.1.0.tgz
package c --sign --keyring ann --key Ann ; ! mkdir .gnupg ; ! cp keybox .gnupg/pubring.kbx ; ! cp dummy .gnupg/pubring.gpg ; verify c-0.1.0.tgz ; package c --sign --key Ann
! mkdir x.tgz ; verify x.tgz ; ! touch y.tgz ; verify y.tgz --keyring ann ; ! mkdir y.tgz.prov ; verify y.tgz --keyring ann
! touch y.tgz ; ! mkdir y.tgz.prov ; verify y.tgz --keyring nosuch ; verify '' ; verify y.tgz --nosuch ; verify y.tgz --keyring
package c --sign=x ; package c --sign --key ; package c --sign maybe
"""  # noqa: E501 - command lines
LINES = SIGN.strip().splitlines()
LINES += [
    f"package c --sign --keyring {kind} --key Ann ; verify c-0.1.0.tgz --keyring public" for kind in KINDS
]
LINES += [
    f"package c --sign --keyring locked-{lock} --key Ann --passphrase-file pass"
    f" ; package full --sign --keyring locked-{lock} --key Ann --passphrase-file pass-wrong"
    for lock in (*LOCKS, "6")
]


@pytest.fixture(scope="module")
def rings() -> dict[str, bytes]:
    return _rings()


def _grow(top: Path, rings: dict[str, bytes]) -> None:
    for name, data in rings.items():
        (top / name).write_bytes(data)
    for name, text in CHARTS.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _sums_masked(text: str) -> str:
    """Return a text without checksums: the compressor's bytes are its own."""
    return re.sub("sha256:[0-9a-f]{64}", "sha256:…", text)


def _signed(top: Path) -> dict[str, str]:
    """Return the provenance files of a tree, the archives masked, and what their signatures say."""
    found = {}
    for path in sorted(top.rglob("*.prov")):
        if path.is_file():
            text, start, below = _sums_masked(path.read_text()).partition("-----BEGIN PGP SIGNATURE-----")
            block = decode((start + below).encode())
            signature = PacketReader(block).next() if block else None
            assert isinstance(signature, Signature)
            says = (signature.version, signature.kind, signature.algorithm, signature.hash, signature.issuer)
            size, end = len(signature.suffix), below[below.index("-----END") :]
            found[str(path.relative_to(top))] = f"{text} {says} {size} {end!r} {path.stat().st_mode}"
    return found


@pytest.mark.parametrize("line", LINES)
def test_command_lines(helm: Path, tmp_path: Path, rings: dict[str, bytes], line: str) -> None:
    """Equal words, and equal texts above signatures; each verifies what the other has signed."""
    given: bytes | None = None
    if line.startswith("< "):
        text, line = line[2:].split(" | ")
        given = text.strip().encode()
    said: dict[str, list[object]] = {"theirs": [], "ours": []}
    for who in said:
        top = tmp_path / "tree"
        top.mkdir()
        _grow(top, rings)
        for command in line.split(" ; "):
            if command.startswith("! "):
                subprocess.run(command[2:], shell=True, cwd=top, check=True)  # noqa: S602 - our own lines
                continue
            code, out, err = (
                theirs(helm, command, top, given) if who == "theirs" else ours(command, top, given)
            )
            # Helm names keys with several names in any order.
            lines = sorted(out.splitlines()) if out.startswith("Signed by") else out
            said[who].append((command, code, _sums_masked(str(lines)), _sums_masked(err)))
            verified = (command, code, _sums_masked(err))
        said[who].append(_signed(top))
        top.rename(tmp_path / who)
    assert said["ours"] == said["theirs"]
    last = line.rpartition(" ; ")[2]
    if last.startswith("verify"):
        for code, _, err in (ours(last, tmp_path / "theirs"), theirs(helm, last, tmp_path / "ours")):
            assert (last, code, _sums_masked(err)) == verified


@pytest.mark.parametrize("kind", ["rsa", "dsa", "p256"])
def test_helm_3(helm3: Path, tmp_path: Path, rings: dict[str, bytes], kind: str) -> None:
    """What one signs the other verifies; the OpenPGP library of Helm 3 knows no Ed25519."""
    _grow(tmp_path, rings)
    verify = "verify c-0.1.0.tgz --keyring public"
    sign = f"package c --sign --keyring {kind} --key Ann"
    assert ours(sign, tmp_path)[0] == 0
    said = ours(verify, tmp_path)
    assert theirs(helm3, verify, tmp_path) == said
    assert theirs(helm3, sign, tmp_path)[0] == 0
    assert _sums_masked(ours(verify, tmp_path)[1]) == _sums_masked(said[1])


def test_several_armored_blocks(helm: Path, tmp_path: Path, rings: dict[str, bytes]) -> None:
    """Helm misses a block that begins within the 100 bytes that it reads ahead; ours does not."""
    ring = [armored(certificate(Key("eddsa", which), ANN)) for which in (1, 0)]
    (tmp_path / "c-0.1.0.tgz").write_bytes(ARCHIVE)
    (tmp_path / "c-0.1.0.tgz.prov").write_bytes(SCENES["key_eddsa"]()[1])
    line = "verify c-0.1.0.tgz --keyring ring"
    (tmp_path / "ring").write_bytes(b"".join(ring))
    assert (theirs(helm, line, tmp_path)[0], ours(line, tmp_path)[0]) == (1, 0)
    (tmp_path / "ring").write_bytes((b"\n" * 150).join(ring))
    assert ours(line, tmp_path) == theirs(helm, line, tmp_path)
    assert ours(line, tmp_path)[0] == 0
