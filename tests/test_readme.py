"""What the README and the documentation say of netdiag is what netdiag does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.readme import SECTIONS, parts


@pytest.mark.parametrize(("page", "name", "made"), SECTIONS)
def test_a_table_is_fresh(page: Path, name: str, made: Callable[[], str]) -> None:
    _, table, _ = parts(page, name)
    assert table == made(), "run python -m tests.readme"
