"""`tables_traced`: lets tracemalloc see the tables that grow while captures are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from netdiag.decode import growth


@contextmanager
def tables_traced() -> Iterator[None]:
    """What lies in maps is not traced, and what is never written to is: neither is there now."""
    with mock.patch.multiple(growth, IN_MAPS=False, FIRST_ROWS=1 << 16):
        yield
