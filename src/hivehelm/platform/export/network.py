"""Services, ingresses and autoscalers: types, ports, hosts and bounds become values."""

from __future__ import annotations

from hivehelm.platform.export.nodes import Scalar
from hivehelm.platform.export.part import literal
from hivehelm.platform.export.text import Expression
from hivehelm.platform.export.values import camel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.platform.export.part import Part
    from hivehelm.platform.export.values import Path

_PORT = {"type": "integer", "minimum": 1, "maximum": 65535}
_TYPES = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]


def service(part: Part) -> None:
    """Move type and ports of a service into the values."""
    spec = part.object.get("spec")
    if not isinstance(spec, dict):
        return
    place = section(part, "service")
    type_ = literal(spec.get("type")) or "ClusterIP"
    if literal(spec.get("clusterIP")) != "None" and type_ in _TYPES:
        code = part.values.put((*place, "type"), type_, {"type": "string", "enum": _TYPES})
        spec.pop("type", None)
        part.object["spec"] = spec = {"type": Scalar(expression=code), **spec}
    ports = [port for port in spec.get("ports") or () if isinstance(port, dict)]
    keys: set[str] = set()
    for port in ports:
        name = _port_key(port, keys)
        for field, single in (("port", "port"), ("nodePort", "nodePort")):
            number = port.get(field)
            if isinstance(number, int) and number:
                path = (*place, single) if len(ports) == 1 else (*place, f"{single}s", name)
                port[field] = Scalar(expression=part.values.put(path, number, _PORT))


def _port_key(port: dict[str, Any], keys: set[str]) -> str:
    base = camel(str(literal(port.get("name")) or f"port{port.get('port', '')}"))
    key, number = base, 2
    while key in keys:
        key, number = f"{base}{number}", number + 1
    keys.add(key)
    return key


def ingress(part: Part) -> None:
    """Move class and hosts of an ingress into the values."""
    spec = part.object.get("spec")
    if not isinstance(spec, dict):
        return
    place = section(part, "ingress")
    name = literal(spec.get("ingressClassName"))
    if isinstance(name, str) and name:
        code = part.values.put((*place, "className"), name).code
        spec["ingressClassName"] = Scalar(expression=Expression(code=f"{code} | quote"))
    hosts: list[str] = []
    rules = [rule for rule in spec.get("rules") or () if isinstance(rule, dict)]
    for rule in rules:
        host = literal(rule.get("host"))
        if isinstance(host, str) and host and host not in hosts:
            hosts.append(host)
    for block in spec.get("tls") or ():
        hosts += [host for host in literal(block.get("hosts") or []) or () if host not in hosts]
    if hosts:
        _hosts(part, spec, hosts, (*place, "hosts"))


def _hosts(part: Part, spec: dict[str, Any], hosts: list[str], path: Path) -> None:
    schema = {"type": "array", "items": {"type": "string"}, "minItems": len(hosts)}
    code = part.values.put(path, hosts, schema).code

    def one(host: Any) -> Any:
        plain = literal(host)
        if plain not in hosts:
            return host
        return Scalar(expression=Expression(code=f"index {code} {hosts.index(plain)} | quote"))

    for rule in spec.get("rules") or ():
        if isinstance(rule, dict) and "host" in rule:
            rule["host"] = one(rule["host"])
    for block in spec.get("tls") or ():
        if isinstance(block.get("hosts"), list):
            block["hosts"] = [one(host) for host in block["hosts"]]


def route(part: Part) -> None:
    """Move the hosts of a route of the Gateway API into the values."""
    spec = part.object.get("spec")
    if not isinstance(spec, dict):
        return
    hosts = literal(spec.get("hostnames") or [])
    if hosts and all(isinstance(host, str) for host in hosts):
        code = part.values.put((*section(part, "route"), "hostnames"), hosts).code
        spec["hostnames"] = [
            Scalar(expression=Expression(code=f"index {code} {index} | quote")) for index in range(len(hosts))
        ]


def autoscaler(part: Part) -> None:
    """Move the bounds of an autoscaler into the values."""
    spec = part.object.get("spec")
    if not isinstance(spec, dict):
        return
    place = section(part, "autoscaling")
    for field in ("minReplicas", "maxReplicas"):
        if isinstance(spec.get(field), int):
            schema = {"type": "integer", "minimum": 0}
            spec[field] = Scalar(expression=part.values.put((*place, field), spec[field], schema))


def section(part: Part, name: str) -> Path:
    """Return where values of a kind go: below the component, or in its place if it is called so."""
    if part.component and part.component[-1].lower().endswith(name.lower()):
        return part.values.section(part.component)
    return part.values.section((*part.component, name))
