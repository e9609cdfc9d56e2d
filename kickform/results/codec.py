"""Between frozen dataclasses and plain JSON data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

__all__ = ["from_plain", "to_plain"]


def to_plain(value: Any) -> Any:
    """Return `value` as JSON can hold it: no NaN, no tuples, floats to four decimals (scales to nine)."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: to_plain(item) for name, item in asdict(value).items()}
    if isinstance(value, Mapping):
        return {str(name): to_plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return float(f"{value:.6g}") if abs(value) < 1 else round(value, 4)
    return value


def from_plain(hint: Any, value: Any) -> Any:
    """Build what the type hint `hint` says from plain JSON data."""
    if value is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return from_plain(next(arg for arg in get_args(hint) if arg is not type(None)), value)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = _hints(hint)
        known = {f.name for f in fields(hint)}
        return hint(**{k: from_plain(hints[k], v) for k, v in value.items() if k in known})
    if origin is tuple:
        args = get_args(hint)
        each = [args[0]] * len(value) if args[-1] is Ellipsis else list(args)
        return tuple(from_plain(arg, item) for arg, item in zip(each, value, strict=True))
    if origin is dict:
        return {name: from_plain(get_args(hint)[1], item) for name, item in value.items()}
    return float(value) if hint is float else value


def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls, localns={"Motion": Any, "Basis": Any})
