"""What all tests share: golden files, and scripted conversations.

A golden file holds the whole expected text of one output, in ``tests/<room>/golden/`` (of tests
that belong to no room, in ``tests/golden/``). To accept a change, run ``pytest --accept`` (or
``pytest --accept tests/report``), then read the diff: it is the review of what users will see.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from tests.scripted import Scripted

TESTS = Path(__file__).parent

# What a shell starts in the background ignores SIGINT and hands that on: what is tested by SIGINT
# would never end.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine takes its time; what takes too long by itself fails elsewhere.
settings.register_profile("netdiag", deadline=None)
settings.load_profile("netdiag")

Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="write the golden files anew from what the tests get",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with the room's golden file of that name: ``golden("name.txt", text)``."""
    room = request.path.parent.relative_to(TESTS).parts[:1]
    folder = TESTS.joinpath(*room, "golden")

    def compare(name: str, text: str) -> None:
        path = folder / name
        if request.config.getoption("--accept"):
            folder.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        assert path.exists(), f"{path} doesn't exist; make it with: pytest --accept"
        expected = path.read_text(encoding="utf-8")
        assert text == expected, f"{path} differs; if that is right: pytest --accept"

    return compare


@pytest.fixture
def scripted(tmp_path: Path) -> Scripted:
    """Examine what two ends say to each other: ``scripted(talk).causes``."""
    folder = tmp_path / "scripted"
    folder.mkdir()
    return Scripted(folder)
