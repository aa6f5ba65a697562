"""Which proxy a request goes through: `proxy-url`, else the environment as Go reads it (httpproxy)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def proxy_for(url: str, proxy_url: str, environ: Mapping[str, str]) -> str:
    """Return the proxy's URL for `url`, or an empty text for a direct connection.

    `proxy_url` (of the kubeconfig) is always obeyed; the environment's never applies to loopback addresses or
    hosts that `NO_PROXY` names. The scheme is http, https, socks5 or socks5h; `host:port` means http.
    """
    from urllib.parse import urlsplit

    if proxy_url:
        return proxy_url
    parts = urlsplit(url)
    name = "HTTPS_PROXY" if parts.scheme == "https" else "HTTP_PROXY"
    if name == "HTTP_PROXY" and environ.get("REQUEST_METHOD"):
        return ""  # Under CGI this variable is a request header.
    given = environ.get(name) or environ.get(name.lower()) or ""
    if not given:
        return ""
    host = (parts.hostname or "").lower()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if not _uses_proxy(host, port, environ.get("NO_PROXY") or environ.get("no_proxy") or ""):
        return ""
    return _address(given)


def _address(given: str) -> str:
    """Return a proxy's URL out of a variable; what is none does not count."""
    from hivehelm.golang.url import URLError, parse

    for text in (given, f"http://{given}"):
        try:
            url = parse(text)
        except URLError:
            continue
        if (url.scheme and url.host) or text != given:
            return text
    return ""


def _uses_proxy(host: str, port: int, exceptions: str) -> bool:
    import ipaddress

    if host == "localhost":
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if address is not None and address.is_loopback:
        return False
    for rule in exceptions.lower().split(","):
        rule = rule.strip()
        if not rule:
            continue
        if rule == "*":
            return False
        if "/" in rule:
            try:
                if address is not None and address in ipaddress.ip_network(rule, strict=False):
                    return False
            except ValueError:
                pass
            continue
        name, _, rule_port = rule.rpartition(":") if rule.count(":") == 1 else (rule, "", "")
        name = (name or rule).strip("[]")
        if rule_port and rule_port != str(port):
            continue
        if address is not None:
            try:
                if ipaddress.ip_address(name) == address:
                    return False
            except ValueError:
                pass
            continue
        name = name.removeprefix("*")
        if host == name.removeprefix(".") and not name.startswith("."):
            return False
        if host.endswith(name if name.startswith(".") else f".{name}"):
            return False
    return True
