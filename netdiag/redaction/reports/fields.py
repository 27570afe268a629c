"""Goes through the fields of a report, with the policy of each.

For any `Struct` of plain values: texts, numbers, truth values, None, tuples and such objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from types import NoneType
from typing import Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

from msgspec import UNSET, Struct
from msgspec.structs import replace

from netdiag.redaction.reports.policy import POLICIES, Policy

Masks: TypeAlias = dict[Policy, Callable[[str, Any], str]]
"""What each policy does with a text of an object."""


def texts(value: Any) -> Iterator[tuple[Policy, str, Any]]:
    """Every text of a report with its policy and the object that has it."""
    for name in value.__struct_fields__:
        for item in _items(getattr(value, name)):
            if isinstance(item, Struct):
                yield from texts(item)
            elif isinstance(item, str):
                yield _policy(type(value), name), item, value


def redacted(value: Any, masks: Masks) -> Any:
    """A copy of a report, or of a part of it, with every text masked.

    Raises:
        TypeError: it holds a value that isn't plain.
    """

    def mask(item: Any, name: str) -> Any:
        if isinstance(item, tuple):
            return tuple(mask(each, name) for each in item)
        if isinstance(item, Struct):
            return redacted(item, masks)
        if isinstance(item, str):
            return masks[_policy(type(value), name)](item, value)
        if item is None or item is UNSET or isinstance(item, bool | int | float):
            return item
        raise TypeError(f"{type(value).__name__}.{name} is a {type(item).__name__}")

    fields = {name: mask(getattr(value, name), name) for name in value.__struct_fields__}
    return replace(value, **fields)


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for item in value:
            yield from _items(item)
    else:
        yield value


def _policy(owner: type, name: str) -> Policy:
    return policies_of(owner).get(name, Policy.UNKNOWN)


@cache
def policies_of(owner: type) -> dict[str, Policy]:
    """The policies of a class's fields: words from a closed list are kept, others are declared."""
    hints = get_type_hints(owner)
    closed = {name: Policy.KEPT for name, hint in hints.items() if _is_closed(hint)}
    return closed | POLICIES.get(owner, {})


def _is_closed(hint: Any) -> bool:
    """Whether a type's only texts are those of a `Literal`."""
    if get_origin(hint) is Literal:
        return True
    parts = [part for part in get_args(hint) if part not in (NoneType, Ellipsis)]
    return bool(parts) and all(map(_is_closed, parts))
