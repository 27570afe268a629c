"""Runs what is inside it with numpy alone, as if no C compiler had been there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import netdiag
from netdiag.native import native

IMPORT = "from netdiag.native import native\n"


def _users() -> Iterator[Any]:
    folder = Path(netdiag.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        if IMPORT in path.read_text(encoding="utf-8"):
            parts = path.relative_to(folder.parent).with_suffix("").parts
            yield import_module(".".join(parts).removesuffix(".__init__"))


USERS = tuple(_users())
"""Every module that uses the compiled loops."""


@contextmanager
def without_native() -> Iterator[None]:
    """No module finds the compiled loops; nothing else changes."""
    for module in USERS:
        module.native = None
    try:
        yield
    finally:
        for module in USERS:
            module.native = native


def same_columns(one: Any, other: Any) -> None:
    """All columns of two tables hold the same; quick for a few rows."""
    for name in one.__struct_fields__:
        left, right = getattr(one, name), getattr(other, name)
        assert left.dtype == right.dtype, name
        assert left.tobytes() == right.tobytes(), f"{name}: {left} and {right}"
