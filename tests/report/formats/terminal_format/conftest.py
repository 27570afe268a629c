"""What the tests of the sections share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from netdiag.report.formats.terminal_format.paper import Paper
from netdiag.report.page import PLAIN, Page

Write = Callable[..., str]


@pytest.fixture
def write() -> Write:
    """Print what one section writes about a report: ``write(section.write, report)``."""

    def print_section(section: Callable[..., Any], *what: Any, page: Page = PLAIN) -> str:
        paper = Paper(page)
        return paper.print(section(*what, paper))

    return print_section
