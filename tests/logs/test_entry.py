"""What was read of a log is frozen."""

from __future__ import annotations

import pytest

from tests.logs.making import entry


def test_an_entry_can_not_be_changed() -> None:
    with pytest.raises(AttributeError):
        entry(0).line = 2  # type: ignore[misc]
