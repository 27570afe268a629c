"""What the README says of netdiag is what netdiag does."""

from __future__ import annotations

import pytest

from tests.readme import SECTIONS, parts


@pytest.mark.parametrize("name", SECTIONS)
def test_a_table_is_fresh(name: str) -> None:
    _, table, _ = parts(name)
    assert table == SECTIONS[name](), "run python -m tests.readme"
