"""The HTML report: one self-contained page that shows what is better seen than read.

Made from the `Report` alone. The text (`templates/`) is whole without scripts; the charts
(`assets/`) are drawn in the browser from a JSON island. Whatever a capture may hold is escaped
twice: `visible` takes the controls out of each text, autoescaping the mark-up. A
Content-Security-Policy that names the page's one script and one style by their hashes forbids
everything else: network, other scripts, frames, forms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdiag.report.model import Report
    from netdiag.report.page import Page


def render(report: Report, page: Page) -> str:
    """Write the report as a page; ASCII only, with character references, where that is wanted."""
    # Jinja is imported only for those who want HTML.
    from netdiag.report.formats.html_format.document import write  # noqa: PLC0415

    text = write(report)
    if page.unicode:
        return text
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")
