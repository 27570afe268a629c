"""What the tests of the sections share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netdiag.report.formats.markdown_format.sheet import Sheet
from netdiag.report.model import Report
from netdiag.report.page import PLAIN, Page

Write = Callable[..., str]


@pytest.fixture
def write() -> Write:
    """Write one section of a report: ``write(section.write, report)``."""

    def write_section(
        section: Callable[[Report, Sheet], list[str]], report: Report, page: Page = PLAIN
    ) -> str:
        return "\n\n".join(section(report, Sheet(page)))

    return write_section
