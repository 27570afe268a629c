"""The texts of a report, field by field: which there are, and which hold something planted."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from tests.hostile.planting import fields_in


def text_fields(kind: type[Struct], seen: set[type] | None = None) -> set[str]:
    """Name every field that may hold a text of any wording: ``Type.field``.

    Words of a contract (`Literal`) are none.
    """
    seen = set() if seen is None else seen
    if kind in seen:
        return set()
    seen.add(kind)
    found = set()
    for name, hint in get_type_hints(kind).items():
        for part in _parts(hint):
            if part is str:
                found.add(f"{kind.__name__}.{name}")
            elif isinstance(part, type) and issubclass(part, Struct):
                found |= text_fields(part, seen)
    return found


def _parts(hint: Any) -> Iterator[Any]:
    """The types that a type is made of."""
    if get_origin(hint) is Literal:
        return
    if get_origin(hint) in {UnionType, Union, tuple, list, dict}:
        for part in get_args(hint):
            yield from _parts(part)
    else:
        yield hint


def planted_in(value: Any, name: str = "") -> dict[str, set[str]]:
    """For each field (``Type.field``) with something planted, what that is."""
    found: dict[str, set[str]] = {}
    if isinstance(value, str):
        return {name: planted} if (planted := fields_in(value)) else {}
    if isinstance(value, dict):
        value = (*value, *value.values())
    if isinstance(value, tuple | list):
        children = [planted_in(each, name) for each in value]
    elif isinstance(value, Struct):
        children = [
            planted_in(getattr(value, field), f"{type(value).__name__}.{field}")
            for field in value.__struct_fields__
        ]
    else:
        return found
    for child in children:
        for field, planted in child.items():
            found.setdefault(field, set()).update(planted)
    return found
