"""Immutable records, without the 17 ms that importing `dataclasses` adds to every start."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Self, dataclass_transform
else:

    def dataclass_transform(**_: object):  # noqa: D103
        return lambda cls: cls


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Record:
    """Base of frozen, keyword-only records: subclasses annotate their fields, and may give defaults.

    A default that is a list or a dict is copied for each instance. Records compare by value and are not
    hashable. Annotations that start with an underscore or `ClassVar` are not fields.

    Raises:
        TypeError: a field is missing, or a name is not a field.
        AttributeError: a field is assigned after construction.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        own = [
            name
            for name, kind in cls.__annotations__.items()
            if not name.startswith("_") and not str(kind).startswith("ClassVar")
        ]
        cls._fields = (*cls._fields, *(name for name in own if name not in cls._fields))
        cls._defaults = {
            **cls._defaults,
            **{name: cls.__dict__[name] for name in own if name in cls.__dict__},
        }

    def __init__(self, **given: Any) -> None:
        state = self.__dict__
        for name, default in self._defaults.items():
            state[name] = default.copy() if default.__class__ in (list, dict) else default
        state.update(given)
        if len(state) != len(self._fields) or not state.keys() >= set(self._fields):
            wrong = [f"{n!r} is missing" for n in self._fields if n not in state]
            wrong += [f"{n!r} is not a field" for n in given if n not in self._fields]
            raise TypeError(f"{type(self).__name__}: {', '.join(wrong)}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be assigned: records are immutable")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{n}={self.__dict__[n]!r}' for n in self._fields)})"

    def replace(self, **changes: Any) -> Self:
        """Return a copy with `changes` applied."""
        return type(self)(**{**self.__dict__, **changes})
