"""Floats as text with the fewest digits that read back: strconv.FormatFloat with a precision of -1."""

from __future__ import annotations


def digits(value: float, bits: int = 64) -> tuple[str, int]:
    """Return the shortest decimal digits of a finite `value`'s magnitude, and where its point stands.

    Returns:
        `(d, p)` so that the magnitude is `0.d * 10**p`; `("0", 1)` for zero. `bits` is 32 or 64: the width
        whose values must read back.
    """
    if bits == 32:
        return _digits32(value)
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    every = whole + fraction
    kept = every.lstrip("0")
    if not kept:
        return "0", 1
    point = len(whole) - (len(every) - len(kept)) + (int(exponent) if exponent else 0)
    return kept.rstrip("0"), point


def _digits32(value: float) -> tuple[str, int]:
    import struct

    try:
        (single,) = struct.unpack("<f", struct.pack("<f", abs(value)))
    except OverflowError:
        return "inf", 0
    # Nine digits tell any two apart.
    texts = (f"{single:.{precision}e}" for precision in range(9))
    text = next(text for text in texts if struct.unpack("<f", struct.pack("<f", float(text)))[0] == single)
    mantissa, _, exponent = text.partition("e")
    kept = mantissa.replace(".", "").rstrip("0")
    return (kept, int(exponent) + 1) if kept else ("0", 1)


def sign(value: float) -> str:
    """Return "-" for negative numbers, negative zero among them."""
    return "-" if repr(value)[0] == "-" else ""


def exponential(value: float, bits: int = 64) -> str:
    """Return a finite `value` as FormatFloat(value, 'e', -1, bits) does: at least two digits of exponent."""
    kept, point = digits(value, bits)
    exponent = point - 1
    fraction = "." + kept[1:] if len(kept) > 1 else ""
    return f"{sign(value)}{kept[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def fixed(value: float, bits: int = 64) -> str:
    """Return a finite `value` as FormatFloat(value, 'f', -1, bits) does: no exponent, however long."""
    kept, point = digits(value, bits)
    if point <= 0:
        return f"{sign(value)}0.{'0' * -point}{kept}"
    if len(kept) <= point:
        return sign(value) + kept + "0" * (point - len(kept))
    return f"{sign(value)}{kept[:point]}.{kept[point:]}"


def general(value: float, bits: int = 64, limit: int = 6) -> str:
    """Return `value` as FormatFloat(value, 'g', -1, bits) does: an exponent below 1e-4 and from 10**limit up.

    fmt's %v sets `limit` to 21.
    """
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    kept, point = digits(value, bits)
    if kept == "inf":
        return f"{sign(value) or '+'}Inf"
    return exponential(value, bits) if point - 1 < -4 or point - 1 >= limit else fixed(value, bits)
