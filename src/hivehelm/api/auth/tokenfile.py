"""Tokens in a file: mounted from a Secret, or written by whoever runs the server."""

from __future__ import annotations

from hivehelm.api.auth.errors import TokenFileError
from hivehelm.api.auth.token import Token
from hivehelm.errors import HivehelmError

_LARGEST = 4 << 20


class TokenFile:
    """A YAML or JSON file: `tokens`, a list of what `hivemind token create --offline` prints."""

    def __init__(self, path: str) -> None:
        self._path = path

    def list(self) -> list[Token]:
        """Return the tokens.

        Raises:
            TokenFileError: the file cannot be read, or is wrong.
        """
        from hivehelm.golang.yaml import load

        try:
            with open(self._path, "rb") as file:
                data = file.read(_LARGEST + 1)
            if len(data) > _LARGEST:
                raise TokenFileError(self._path, f"it is larger than {_LARGEST} bytes")
            found = load(data)
            if found is None:
                return []
            tokens = found.get("tokens", []) if isinstance(found, dict) else None
            if not isinstance(tokens, list) or not all(isinstance(each, dict) for each in tokens):
                raise TokenFileError(self._path, "it is not a list of `tokens`")
            return [Token.from_json(each) for each in tokens]
        except TokenFileError:
            raise
        except OSError as error:
            raise TokenFileError(self._path, error.strerror or str(error)) from None
        except HivehelmError as error:
            raise TokenFileError(self._path, str(error)) from None
