"""Secrets at rest: encrypted with Fernet, under a key that is not beside them if it can be helped."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager

from hivehelm.platform.errors import PlatformError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cryptography.fernet import MultiFernet

VARIABLE = "HIVEMIND_KEY"
FILE = "key"
_SERVICE = "hivemind"


class KeyFormatError(PlatformError):
    """What should be a Fernet key, from `source`, is none."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.source = source

    def __str__(self) -> str:
        return f"{self.source} is not a Fernet key: it takes 32 bytes in URL-safe base64"


class DecryptionError(PlatformError):
    """What is encrypted was encrypted under another key than that of `source`, or has been changed."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.source = source

    def __str__(self) -> str:
        return (
            f"a password cannot be decrypted with the key of {self.source}; "
            f"set {VARIABLE} to the key it was encrypted with, or add the repository again"
        )


class KeyFileError(PlatformError):
    """The file with the key cannot be read or written; `problem` says why."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


class Vault:
    """Encrypts and decrypts with one key; safe to use from several threads.

    The key is `$HIVEMIND_KEY`, where several may stand with commas between: the first encrypts, all decrypt.
    Without it, it is the system's keyring's, else that of a file for its owner's eyes only, `key` in the base
    directory. It is made when it is first needed.
    """

    def __init__(self, base: str, environ: Mapping[str, str]) -> None:
        self._base = base
        self._environ = environ
        self._lock = threading.Lock()
        self._held: tuple[str, MultiFernet] | None = None

    def encrypt(self, text: str) -> str:
        """Return a text, encrypted.

        Raises:
            KeyFormatError, KeyFileError: there is no key to do it with.
        """
        return self._fernet()[1].encrypt(text.encode("utf-8", "surrogateescape")).decode("ascii")

    def decrypt(self, token: str) -> str:
        """Return the text that `encrypt` was given.

        Raises:
            DecryptionError: it was encrypted under another key, or is no such thing.
            KeyFormatError, KeyFileError: there is no key to do it with.
        """
        from cryptography.fernet import InvalidToken

        source, fernet = self._fernet()
        try:
            return fernet.decrypt(token.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
        except InvalidToken:
            raise DecryptionError(source) from None

    def _fernet(self) -> tuple[str, MultiFernet]:
        from cryptography.fernet import Fernet, MultiFernet

        with self._lock:
            if self._held is None:
                source, text = self._key()
                try:
                    keys = [Fernet(one.strip()) for one in text.split(",")]
                except ValueError:
                    raise KeyFormatError(source) from None
                self._held = source, MultiFernet(keys)
            return self._held

    def _key(self) -> tuple[str, str]:
        """Return where the key is from, and the key."""
        if given := self._environ.get(VARIABLE):
            return f"${VARIABLE}", given
        path = os.path.join(self._base, FILE)
        if os.path.exists(path):
            return path, _read(path)
        if held := _from_keyring(self._base):
            return "the system's keyring", held
        return path, _made(path)


def _from_keyring(base: str) -> str:
    """Return the key that the system's keyring has for a base directory, made if need be; "" without one."""
    # Importing it looks through all that is installed.
    import keyring
    from cryptography.fernet import Fernet

    try:
        backend = keyring.get_keyring()
        if backend.priority <= 0:
            return ""
        if held := backend.get_password(_SERVICE, base):
            return held
        with _alone(base):
            if held := backend.get_password(_SERVICE, base):
                return held
            backend.set_password(_SERVICE, base, Fernet.generate_key().decode())
            return backend.get_password(_SERVICE, base) or ""
    except Exception:  # a locked, broken or absent keyring, each in words of its own
        return ""


@contextmanager
def _alone(base: str) -> Iterator[None]:
    """Let one process at a time make a key: what is encrypted under one that is replaced is lost."""
    import fcntl

    os.makedirs(base, mode=0o700, exist_ok=True)
    directory = os.open(base, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii") as file:
            return file.read(4096).strip()
    except UnicodeDecodeError:
        raise KeyFormatError(path) from None
    except OSError as error:
        raise KeyFileError(path, os.strerror(error.errno or 0).lower()) from error


def _made(path: str) -> str:
    """Return the key of a file; where there is none, it is made, by one process of all that want it."""
    from contextlib import suppress
    from tempfile import mkstemp

    from cryptography.fernet import Fernet

    directory = os.path.dirname(path)
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        descriptor, temporary = mkstemp(dir=directory, prefix=".key-")  # 0600
        try:
            with open(descriptor, "wb") as file:
                file.write(Fernet.generate_key() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(temporary, path)
        finally:
            os.unlink(temporary)
    except OSError as error:
        raise KeyFileError(path, os.strerror(error.errno or 0).lower()) from error
    return _read(path)
