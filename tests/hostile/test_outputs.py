"""Whatever is planted, every output is text; in a real browser, too.

One test for each payload: all that is made of it takes half a second.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.checks import CHECKS
from tests.hostile.outputs import Made, made_of
from tests.hostile.planting import PAYLOADS, fields_in, plant
from tests.report.formats.html_format.browser import needs_chromium, opened, running


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("plain")
    return made_of(plant(folder, PAYLOADS["plain"]), folder)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with running() as one:
        yield one


@pytest.mark.parametrize("name", [name for name in PAYLOADS if name != "plain"])
@needs_chromium
def test_it_is_text(name: str, plain: Made, browser: Any, tmp_path: Path) -> None:
    made = made_of(plant(tmp_path, PAYLOADS[name]), tmp_path)
    for check in CHECKS:
        check(name, made, plain)
    page = tmp_path / "report.html"
    page.write_text(made.texts["report.html"], encoding="utf-8")
    with opened(browser, page) as tab:
        assert {"uri", "agent", "server", "file"} <= fields_in(tab.text("main"))
        assert tab.page.locator("img, iframe, object, [onerror], [onmouseover]").count() == 0
        assert tab.page.locator("a[href^=javascript], a[href^=http]").count() == 0
        assert "owned" not in tab.page.title()
    assert (tab.complaints, tab.requests) == ([], [])


def test_a_name_of_bytes_stays_one(tmp_path: Path) -> None:
    capture, _ = plant(tmp_path, PAYLOADS["bytes"])
    assert os.fsencode(capture).count(PAYLOADS["bytes"]) == 2
