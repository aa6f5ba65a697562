"""Floats in every format of strconv.FormatFloat."""

from __future__ import annotations

import math

from hivehelm.golang.floats import exponential, fixed, general, sign


def format_float(value: float, verb: str = "g", precision: int = -1, bits: int = 64) -> str:
    """Return `value` in Go's format `verb` (e E f F g G b x X); precision -1: the fewest that read back."""
    if value != value or value in (math.inf, -math.inf):
        return general(value)
    if verb == "b":
        return _binary(value, bits)
    if verb in "xX":
        text = _hexadecimal(value, precision)
    elif precision < 0:
        text = {"e": exponential, "f": fixed, "g": general}[verb.lower()](value, bits)
    elif verb in "gG":
        text = _general(value, precision or 1)
    else:
        text = f"{value:.{precision}{verb.lower()}}"
    return text.upper() if verb in "EGX" else text


def _general(value: float, precision: int) -> str:
    mantissa, _, power = f"{abs(value):.{precision - 1}e}".partition("e")
    kept = mantissa.replace(".", "").rstrip("0") or "0"
    exponent = int(power)
    limit = len(kept) if precision > len(kept) > exponent else precision
    if exponent < -4 or exponent >= limit:
        fraction = f".{kept[1:]}" if len(kept) > 1 else ""
        return f"{sign(value)}{kept[0]}{fraction}e{exponent:+03d}"
    if exponent < 0:
        return f"{sign(value)}0.{'0' * (-exponent - 1)}{kept}"
    whole = kept[: exponent + 1].ljust(exponent + 1, "0")
    return f"{sign(value)}{whole}{'.' if kept[exponent + 1 :] else ''}{kept[exponent + 1 :]}"


def _binary(value: float, bits: int) -> str:
    width, least = (24, -149) if bits == 32 else (53, -1074)
    power = max(math.frexp(value)[1] - width, least) if value else least
    return f"{sign(value) if not value else ''}{int(math.ldexp(value, -power))}p{power:+d}"


def _hexadecimal(value: float, precision: int) -> str:
    if not value:
        return f"{sign(value)}0x0{'.' + '0' * precision if precision > 0 else ''}p+00"
    mantissa, power = math.frexp(abs(value))
    whole, power = int(math.ldexp(mantissa, 53)), power - 1
    drop = 52 - 4 * precision if precision >= 0 else 0
    if drop > 0:
        whole, rest = whole >> drop, whole & ((1 << drop) - 1)
        half = 1 << (drop - 1)
        whole += rest > half or (rest == half and whole & 1)
        if whole >> (53 - drop):
            whole, power = whole >> 1, power + 1
        whole <<= drop
    fraction = f"{whole & ((1 << 52) - 1):013x}".rstrip("0")
    if precision >= 0:
        fraction = fraction.ljust(precision, "0")
    return f"{sign(value)}0x1{'.' + fraction if fraction else ''}p{'-' if power < 0 else '+'}{abs(power):02d}"
