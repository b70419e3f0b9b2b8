"""Do values have the types that a record promises? For records made from files, which anybody may have edited."""

import reprlib
from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints


def check(value: object, hint: Any, where: str) -> None:
    """Hold `value` against a type: a class, a record, a Literal, a tuple or an optional one of these, all the way down.

    Raises TypeError, naming the place, or ValueError for a text that is no Unicode (a lone surrogate).
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        if value is not None or NoneType not in inner:
            check(value, next(kind for kind in inner if kind is not NoneType), where)
    elif origin is tuple:
        _check_tuple(value, inner, where)
    elif is_dataclass(hint):
        _check_type(value, hint, where)
        hints = _hints(cast(type, hint))
        for field in fields(hint):
            check(getattr(value, field.name), hints[field.name], f"{where}.{field.name}")
    elif origin is Literal:
        if not isinstance(value, str) or value not in inner:
            raise TypeError(f"{where} is {reprlib.repr(value)}, and not one of {', '.join(inner)}")
    else:
        _check_type(value, hint, where)
        if isinstance(value, str):
            value.encode()


@lru_cache(maxsize=64)
def _hints(record: type) -> dict[str, Any]:
    """Kept, since an issue has hundreds of records of a dozen types, and looking the types up takes longest."""
    return get_type_hints(record)


def _check_tuple(value: object, inner: tuple[Any, ...], where: str) -> None:
    if not isinstance(value, tuple):
        raise TypeError(f"{where} is {reprlib.repr(value)}, and no list")
    kinds = (inner[0],) * len(value) if inner[-1] is ... else inner
    for number, (part, kind) in enumerate(zip(value, kinds, strict=True)):
        check(part, kind, f"{where}[{number}]")


def _check_type(value: object, kind: Any, where: str) -> None:
    """True is no number here, and 1 is a float."""
    if type(value) is not kind and not (kind is float and type(value) is int):
        raise TypeError(f"{where} is {reprlib.repr(value)}, and no {kind.__name__}")
