"""What the tests of this room share: `record` writes, loads and hears conversations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conversations import Recorder


@pytest.fixture
def record(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path)
