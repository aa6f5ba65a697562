"""Sprig's hashed and derived passwords."""

from __future__ import annotations

from hivehelm.golang.utf8 import encode
from hivehelm.gotemplate.functions.signature import go

_SCOPE = b"com.lyndir.masterpassword"

# The Master Password algorithm, version 3: what a password of each type is made of, and the characters
# that each letter of a template stands for.
_TEMPLATES = {
    "maximum": ("anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"),
    "long": (
        "CvcvnoCvcvCvcv",
        "CvcvCvcvnoCvcv",
        "CvcvCvcvCvcvno",
        "CvccnoCvcvCvcv",
        "CvccCvcvnoCvcv",
        "CvccCvcvCvcvno",
        "CvcvnoCvccCvcv",
        "CvcvCvccnoCvcv",
        "CvcvCvccCvcvno",
        "CvcvnoCvcvCvcc",
        "CvcvCvcvnoCvcc",
        "CvcvCvcvCvccno",
        "CvccnoCvccCvcv",
        "CvccCvccnoCvcv",
        "CvccCvccCvcvno",
        "CvcvnoCvccCvcc",
        "CvcvCvccnoCvcc",
        "CvcvCvccCvccno",
        "CvccnoCvcvCvcc",
        "CvccCvcvnoCvcc",
        "CvccCvcvCvccno",
    ),
    "medium": ("CvcnoCvc", "CvcCvcno"),
    "short": ("Cvcn",),
    "basic": ("aaanaaan", "aannaaan", "aaannaaa"),
    "pin": ("nnnn",),
}
_CHARACTERS = {
    "V": "AEIOU",
    "C": "BCDFGHJKLMNPQRSTVWXYZ",
    "v": "aeiou",
    "c": "bcdfghjklmnpqrstvwxyz",
    "A": "AEIOUBCDFGHJKLMNPQRSTVWXYZ",
    "a": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
    "n": "0123456789",
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
}


@go("string")
def bcrypt(password: str) -> str:
    """`bcrypt`: a hash of cost 10 with a salt of its own; more than 72 bytes give an error's text."""
    import bcrypt as library

    data = encode(password)
    if len(data) > 72:
        return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
    return library.hashpw(data, library.gensalt(10, prefix=b"2a")).decode()


@go("string, string")
def htpasswd(user: str, password: str) -> str:
    """`htpasswd`: a line of a password file, hashed with bcrypt."""
    return f"invalid username: {user}" if ":" in user else f"{user}:{bcrypt(password)}"


@go("uint32, string, string, string, string")
def derive_password(counter: int, kind: str, password: str, user: str, site: str) -> str:
    """`derivePassword`: the password of `site` by the Master Password algorithm."""
    from hashlib import scrypt
    from hmac import digest

    templates = _TEMPLATES.get(kind)
    if templates is None:
        return f"cannot find password template {kind}"
    salt = _SCOPE + _counted(user)
    key = scrypt(encode(password), salt=salt, n=32768, r=8, p=2, maxmem=1 << 27, dklen=64)
    seed = digest(key, _SCOPE + _counted(site) + int(counter).to_bytes(4, "big"), "sha256")
    template = templates[seed[0] % len(templates)]
    return "".join(
        _CHARACTERS[letter][byte % len(_CHARACTERS[letter])]
        for letter, byte in zip(template, seed[1:], strict=False)
    )


def _counted(text: str) -> bytes:
    data = encode(text)
    return len(data).to_bytes(4, "big") + data
