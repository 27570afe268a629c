"""The Markdown report, to be pasted into an issue, a merge request or a chat.

GitHub and GitLab render it; in a box that renders nothing (Jira's, Slack's) it is still a text that
can be read from its top. The verdict, one occurrence drawn in a block of code, its frames and all
occurrences in tables, what is known of the servers, what to change. Made from the `Report` alone,
section by section; a section that has nothing to say has no blocks. What a capture holds gets no
further than `Sheet`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from netdiag.report.formats.markdown_format import (
    captures,
    changes,
    further,
    log,
    occurrences,
    parties,
    story,
    verdict,
)
from netdiag.report.formats.markdown_format.sheet import Sheet

if TYPE_CHECKING:
    from netdiag.report.model import Report
    from netdiag.report.page import Page

SECTIONS: tuple[Callable[[Report, Sheet], list[str]], ...] = (
    verdict.write,
    story.write,
    parties.write,
    occurrences.write,
    log.write,
    changes.write,
    further.write,
    captures.write,
)


def render(report: Report, page: Page) -> str:
    """Write the report as Markdown."""
    sheet = Sheet(page)
    blocks = [block for write in SECTIONS for block in write(report, sheet) if block]
    return "\n\n".join(blocks) + "\n"
