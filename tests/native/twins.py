"""The compiled loops' twins: the same code with numpy alone, as without a C compiler."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import ModuleType
from typing import Any

from netdiag.native import native


@lru_cache(1)
def _users(_count: int) -> tuple[ModuleType, ...]:
    """Every module so far that has imported the compiled loops."""
    return tuple(
        module
        for name, module in sys.modules.items()
        if name.startswith("netdiag.") and "native" in vars(module)
    )


@contextmanager
def without_native() -> Iterator[None]:
    """No module finds the compiled loops, not even one that is imported inside."""
    for module in _users(len(sys.modules)):
        module.native = None  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in _users(len(sys.modules)):
            module.native = native  # type: ignore[attr-defined]


def same_columns(one: Any, other: Any) -> None:
    """All columns of two tables hold the same; quick for a few rows."""
    for name in one.__struct_fields__:
        left, right = getattr(one, name), getattr(other, name)
        assert left.dtype == right.dtype, name
        assert left.tobytes() == right.tobytes(), f"{name}: {left} and {right}"
