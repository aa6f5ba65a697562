"""Which version control a source is under (vcs_remote_lookup.go, vcs_local_lookup.go of Masterminds/vcs)."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_PAGE: Final = 1 << 20
#: How repositories of each version control are told on disk, in the order that they are looked for.
_MARKS: Final = {".git": "git", ".svn": "svn", ".hg": "hg", ".bzr": "bzr"}
_SCHEMES: Final = {"git+ssh": "git", "git": "git", "bzr+ssh": "bzr", "svn+ssh": "svn"}
_SEGMENT: Final = r"[A-Za-z0-9_.\-]+"
#: Hosts that have one version control, and how their repositories look.
_HOSTS: Final = {
    "github.com": ("git", rf"(github\.com[/|:]{_SEGMENT}/{_SEGMENT})(/{_SEGMENT})*"),
    "bitbucket.org": ("git", rf"(bitbucket\.org/{_SEGMENT}/{_SEGMENT})(/{_SEGMENT})*"),
    "git.launchpad.net": (
        "git",
        rf"git\.launchpad\.net/({_SEGMENT}|~{_SEGMENT}/(\+git|{_SEGMENT})/{_SEGMENT})",
    ),
    "hub.jazz.net": ("git", rf"(hub\.jazz\.net/git/[a-z0-9]+/{_SEGMENT})(/{_SEGMENT})*"),
    "go.googlesource.com": ("git", rf"go\.googlesource\.com/{_SEGMENT}/?"),
    "git.openstack.org": ("git", rf"git\.openstack\.org/{_SEGMENT}/{_SEGMENT}"),
    "git.code.sf.net": ("git", rf"(git.code.sf.net/p/{_SEGMENT}/{_SEGMENT})*"),
    "hg.code.sf.net": ("hg", rf"(hg.code.sf.net/p/{_SEGMENT}/{_SEGMENT})*"),
    "svn.code.sf.net": ("svn", rf"(svn.code.sf.net/p/{_SEGMENT}/{_SEGMENT})*"),
    "launchpad.net": ("bzr", r"launchpad\.net/[~+A-Za-z0-9_.\-]+(/[+A-Za-z0-9_.\-]+)*"),
}


def kind_of(source: str) -> str:
    """Return the version control that a URL is of: git, hg, svn or bzr; "" where that cannot be told.

    Raises:
        URLError: it is no URL.
    """
    import re

    scheme, user, host, path = address(source)
    if scheme == "file":
        return kind_on_disk(path)
    if not host:
        return ""
    if scheme in _SCHEMES:
        return _SCHEMES[scheme]
    if host in _HOSTS:
        kind, pattern = _HOSTS[host]
        return kind if re.fullmatch(pattern, host + path) else ""
    ending = re.search(r"\.(git|hg|svn|bzr)$", host + path)
    if ending is not None:
        return ending[1]
    return user if user in ("git", "hg") else ""


def address(source: str) -> tuple[str, str, str, str]:
    """Return scheme, user, host and path of a source; one as scp takes them has no scheme.

    Raises:
        URLError: it is neither a URL nor one of those.
    """
    import re

    from hivehelm.golang.url import parse

    scp = re.fullmatch(r"([a-zA-Z0-9_]+)@([a-zA-Z0-9._-]+):(.*)", source)
    if scp is not None:
        return "", scp[1], scp[2], "/" + scp[3]
    url = parse(source)
    return url.scheme, url.user.name if url.user else "", url.host, url.path


def kind_on_disk(directory: str) -> str:
    """Return the version control that a directory is under; "" is none."""
    for mark, kind in _MARKS.items():
        if os.path.exists(os.path.join(directory, mark)):
            return kind
    return ""


def announced(source: str) -> tuple[str, str]:
    """Return the version control and the address that the page at a URL names as those of its repository.

    That is what Go looks for, too: `<meta name="go-import" content="PREFIX VCS ADDRESS">`. Both are "" where
    there is no such page.
    """
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.url import parse
    from hivehelm.http.client import Client

    url = parse(source)
    if url.scheme not in ("http", "https"):
        return "", ""
    url.query = f"{url.query}+go-get=1" if url.query else "go-get=1"
    try:
        with Client(user_agent="Go-http-client/1.1") as client:
            page = client.request("GET", str(url), limit=_PAGE).data
    except HivehelmError:
        return "", ""
    return _imported(page.decode("utf-8", "replace"), url.host + url.path)


def _imported(page: str, where: str) -> tuple[str, str]:
    import re
    from html import unescape

    for tag in re.finditer(r"<(/?)([A-Za-z][\w:.-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", page):
        name = tag[2].lower()
        if (name == "body" and not tag[1]) or (name == "head" and tag[1]):
            break
        if name != "meta" or tag[1]:
            continue
        attributes: dict[str, str] = {}
        for key, quoted, plain, bare in re.findall(
            r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", tag[3]
        ):
            attributes.setdefault(key.lower(), unescape(quoted or plain or bare))
        words = attributes.get("content", "").split()
        if attributes.get("name") == "go-import" and len(words) == 3 and where.startswith(words[0]):
            return (words[1], words[2]) if words[1] in _MARKS.values() else ("", "")
    return "", ""
