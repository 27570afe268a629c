"""The terminal report, for somebody who reads it from the top, tired, at three in the morning.

The verdict, one occurrence drawn as a ladder, what is known of the servers, all occurrences, what
a limit would have done, what to change, what can't be known. Made from the `Report` alone, section
by section in the order of `SECTIONS`; a section that has nothing to say has no lines. What a
capture may hold of control characters and mark-up gets no further than `Paper`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from netdiag.report.formats.terminal_format import (
    captures,
    changes,
    further,
    limits,
    log,
    occurrences,
    parties,
    recommended,
    story,
    verdict,
)
from netdiag.report.formats.terminal_format.paper import Line, Paper

if TYPE_CHECKING:
    from netdiag.report.model import Report
    from netdiag.report.page import Page

SECTIONS: tuple[Callable[[Report, Paper], list[Line]], ...] = (
    verdict.write,
    story.write,
    parties.write,
    occurrences.write,
    log.write,
    recommended.write,
    changes.write,
    further.write,
    limits.write,
    captures.write,
)


def render(report: Report, page: Page) -> str:
    """Write the report as text for a terminal."""
    paper = Paper(page)
    return paper.print([line for write in SECTIONS for line in write(report, paper)])
