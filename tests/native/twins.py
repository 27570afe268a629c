"""Runs what is inside it with numpy alone, as if no C compiler had been there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from netdiag.capture import walk
from netdiag.capture.formats import pcap
from netdiag.connections import grouping, novelty, splitting
from netdiag.decode import decoder, headed, peeling, samples
from netdiag.exchanges import likeness, protocols, settling
from netdiag.native import native

USERS = (pcap, walk, peeling, headed, decoder, samples, grouping, splitting)
USERS += (novelty, protocols, likeness, settling)


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
