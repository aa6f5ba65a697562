"""Hides what is secret in a release from who did not ask for it.

What a chart puts into its Secrets is known from the manifest; that is hidden wherever it shows up: in the
manifest, in the values, in the notes. Beyond that, values go by what they are called and look like. It hides
too much rather than too little.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, Self

    from hivehelm.release.model import Release

MASK = "********"

_SECRET = "Secret"  # noqa: S105 - a kind
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_MARK = re.compile(r"(?m)^---(?=\s|$)")
_CALLED = re.compile(
    r"(?i)pass(wor|phrase|wd|code)|secret|token|credential|(private|api|access|account|encryption|signing|license)"
    r"[-_.]?key|htpasswd|dsn$|connection[-_.]?string|salt$|\bpwd\b|kubeconfig|dockerconfigjson|auth(orization)?header"
)
# Names of Secrets and places of files are no secrets themselves.
_NO_SECRET = re.compile(
    r"(?i)^existing|(name|names|ref|path|file|dir|mount|class|type|enabled|policy|annotations|labels)$"
)
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY")
_LOGIN = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)")
# Shorter ones are hidden where they are a whole value, not within a text: "true" or "80" would be everywhere.
_WITHIN = 6
_WHOLE = 3
_MOST = 500


class Mask:
    """Hides what is secret in one revision of a release: in its `manifest`, or the manifest of a hook."""

    def __init__(self, manifest: str, hooks: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        self._parts = [
            list(self._read(text)) if _SECRET in text else [(text, False)] for text in (manifest, *hooks)
        ]
        within = sorted((s for s in self._secrets if len(s) >= _WITHIN), key=len, reverse=True)[:_MOST]
        self._within = re.compile("|".join(re.escape(each) for each in within)) if within else None

    @classmethod
    def of(cls, release: Release) -> Self:
        """Return what hides the secrets of a release."""
        return cls(release.manifest, [hook.manifest for hook in release.hooks])

    def manifest(self) -> str:
        """Return the manifest without what is in the Secrets."""
        return self._shown(self._parts[0])

    def hooks(self) -> list[str]:
        """Return the manifests of the hooks without what is in the Secrets."""
        return list(map(self._shown, self._parts[1:]))

    def text(self, text: str) -> str:
        """Return a text, such as notes, without what is in the Secrets."""
        return _LOGIN.sub(MASK, self._hidden(text))

    def values(self, values: Any) -> Any:
        """Return values without what is, or seems to be, secret in them; the given ones stay as they are."""
        return self._value(values, secret=False)

    def _value(self, value: Any, *, secret: bool) -> Any:
        if isinstance(value, dict):
            named = isinstance(value.get("name"), str) and _called(value["name"])  # an env variable
            return {
                key: self._value(
                    below, secret=secret or _called(str(key)) or (named and key in ("value", "content"))
                )
                for key, below in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._value(each, secret=secret) for each in value]
        if isinstance(value, bool) or value is None or value == "":
            return value
        if not isinstance(value, str):
            return MASK if secret or (str(value) in self._secrets and len(str(value)) >= _WHOLE) else value
        if secret or _KEY_BLOCK.search(value) or (len(value) >= _WHOLE and value in self._secrets):
            return MASK
        return self.text(value)

    def _shown(self, parts: Iterable[tuple[str, bool]]) -> str:
        return "".join(part if masked else self._hidden(part) for part, masked in parts)

    def _hidden(self, text: str) -> str:
        return self._within.sub(MASK, text) if self._within is not None else text

    def _read(self, manifest: str) -> Iterator[tuple[str, bool]]:
        """Yield the manifest in parts, and whether one is masked; remember what is secret."""
        from hivehelm.errors import HivehelmError
        from hivehelm.golang.yaml import dump, load

        starts = [0, *(found.start() for found in _MARK.finditer(manifest) if found.start()), len(manifest)]
        for start, end in itertools.pairwise(starts):
            part = manifest[start:end]
            if _SECRET not in part:
                yield part, False
                continue
            body = _MARK.sub("", part, count=1)
            try:
                document = load(body, whole=True)
            except HivehelmError:
                yield "---\n# what cannot be read, and may hold a Secret, is not shown\n", True
                continue
            if not self._hide(document):
                yield part, False
                continue
            comments = [line for line in part.split("\n") if line.startswith("# Source: ")]
            yield "\n".join(["---", *comments[:1], dump(document)]), True

    def _hide(self, found: Any) -> bool:
        """Mask the Secrets in a document in place; tell whether there were any."""
        if isinstance(found, list):
            hidden = [self._hide(each) for each in found]
            return any(hidden)
        if not isinstance(found, dict):
            return False
        if found.get("kind") != _SECRET:
            hidden = [self._hide(below) for below in found.values() if isinstance(below, dict | list)]
            return any(hidden)
        for field in ("data", "stringData"):
            held = found.get(field)
            if isinstance(held, dict):
                for value in held.values():
                    self._remember(value, coded=field == "data")
                found[field] = dict.fromkeys(held, MASK)
            elif held:
                found[field] = MASK
        metadata = found.get("metadata")
        annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
        if isinstance(annotations, dict) and _LAST_APPLIED in annotations:
            annotations[_LAST_APPLIED] = MASK
        return True

    def _remember(self, value: Any, *, coded: bool) -> None:
        text = str(value)
        self._secrets.add(text)
        if coded:
            try:
                text = base64.b64decode(text, validate=True).decode()
            except (binascii.Error, ValueError):
                return
        self._secrets |= {text, text.strip()}


def _called(name: str) -> bool:
    """Tell whether what is called so is a secret by its name."""
    return bool(_CALLED.search(name)) and not _NO_SECRET.search(name)
