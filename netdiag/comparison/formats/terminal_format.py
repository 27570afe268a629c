"""A comparison for the terminal: the verdict, what has changed, the counts, what stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.comparison.formats.words import outcome_name
from netdiag.comparison.rows import Row, rows
from netdiag.language import _
from netdiag.report.formats.terminal_format.paper import BAD, GOOD, STRONG, WARN, Line, Paper
from netdiag.report.phrases.verdict import confidence

if TYPE_CHECKING:
    from netdiag.comparison.model import Comparison
    from netdiag.report.page import Page

STYLES = {"worked": f"bold {GOOD}", "did-not-work": BAD, "worse": BAD, "less": f"bold {WARN}"}
MOST_SERVERS = 8


def render(comparison: Comparison, page: Page) -> str:
    """Write it, section by section; a section that has nothing to say has no lines."""
    paper = Paper(page)
    lines = [
        *_verdict(comparison, paper),
        *_listed(_("WHAT HAS CHANGED"), [cure.text for cure in comparison.cures], paper),
        *_table(comparison, paper),
        *_servers(comparison, paper),
        *_listed(_("WHAT STAYS OPEN"), list(comparison.caveats), paper),
    ]
    return paper.print(lines)


def _verdict(comparison: Comparison, paper: Paper) -> list[Line]:
    verdict = comparison.verdict
    style = STYLES.get(verdict.outcome, STRONG)
    title = paper.line(
        (outcome_name(verdict.outcome), style), f"  {confidence(verdict.confidence)}"
    )
    lines = [title, *paper.paragraph(verdict.headline, style=STRONG)]
    if verdict.text:
        lines.append(paper.line())
    return lines + [line for text in verdict.text for line in paper.bullet(text)]


def _listed(title: str, texts: list[str], paper: Paper) -> list[Line]:
    if not texts:
        return []
    return [*paper.heading(title), *(line for text in texts for line in paper.bullet(text))]


def _table(comparison: Comparison, paper: Paper) -> list[Line]:
    titles = Row("", _("before"), _("after"))
    lines = [titles, *rows(comparison)]
    name = max(paper.cells(_indented(line)) for line in lines) + 2
    before = max(paper.cells(line.before) for line in lines)
    after = max(paper.cells(line.after) for line in lines)
    return paper.heading(_("COUNTED")) + [
        paper.line(
            "  " + paper.left(_indented(line), name),
            paper.right(line.before, before) + "  " + paper.right(line.after, after),
        )
        for line in lines
    ]


def _indented(line: Row) -> str:
    return f"  {line.name}" if line.indented else line.name


def _servers(comparison: Comparison, paper: Paper) -> list[Line]:
    if len(comparison.servers) < 2:
        return []
    lines = paper.heading(_("BY SERVER"))
    for server in comparison.servers[:MOST_SERVERS]:
        lines += paper.paragraph(f"{server.server}: {outcome_name(server.outcome)}")
        lines += paper.paragraph(
            _("harmed {b} of {of_b} before, {a} of {of_a} after").format(
                b=server.before.exposure.fates.harmed,
                of_b=server.before.exposure.occasions,
                a=server.after.exposure.fates.harmed,
                of_a=server.after.exposure.occasions,
            ),
            indent=4,
        )
    more = len(comparison.servers) - MOST_SERVERS
    if more > 0:
        lines += paper.paragraph(_("and {n} more, listed in the JSON report").format(n=more))
    return lines
