"""The error of YAML, in the words of go-yaml and sigs.k8s.io/yaml."""

from __future__ import annotations

from hivehelm.errors import HivehelmError


class YAMLError(HivehelmError):
    """YAML that cannot be read, or a value that cannot be written.

    `str()` is Go's text: what go-yaml says (`yaml: line 3: …`), under sigs.k8s.io/yaml's prefix where `load`
    raised it. `line` is the number in that text, 0 where it has none.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
