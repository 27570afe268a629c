"""`netdiag compare`: says whether a cure worked, from a capture before it and one after it.

From the command line to two examinations, and from the comparison to the exit status; comparing,
the formats and the writing are left to their own modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from netdiag.cli.examining import run_examination
from netdiag.cli.exit_status import ExitStatus
from netdiag.cli.options import (
    dask_option,
    jobs_option,
    language_option,
    output_options,
    selection_options,
)
from netdiag.cli.output import STDOUT, check_target, page_for, write

if TYPE_CHECKING:
    from netdiag.comparison.model import Comparison

NEVER = "never"
_HARMED = {"did-not-work", "worse", "less"}
_FAILING = {
    "harm": _HARMED,
    "unproven": _HARMED | {"unproven", "not-comparable"},
    NEVER: set[str](),
}


@click.command(short_help="Say whether a cure worked.")
@click.argument("captures", metavar="[BEFORE AFTER]", nargs=-1, type=click.Path())
@click.option("--before", metavar="CAPTURE", multiple=True, help="One more of BEFORE.")
@click.option("--after", metavar="CAPTURE", multiple=True, help="One more of AFTER.")
@output_options(["terminal", "json", "markdown"], "the comparison")
@selection_options
@jobs_option
@dask_option
@language_option
@click.option(
    "--fail-on",
    type=click.Choice(["harm", "unproven", NEVER]),
    default=NEVER,
    show_default=True,
    help="Exit with 1 if requests are still harmed, or if nothing is proven.",
)
@click.pass_context
def compare(
    ctx: click.Context,
    /,
    captures: tuple[str, ...],
    before: tuple[str, ...],
    after: tuple[str, ...],
    format_name: str,
    output: str | None,
    fail_on: str,
    **chosen: Any,
) -> ExitStatus:
    """Compare a capture BEFORE a cure with one AFTER it.

    BEFORE and AFTER are captures, or directories or globs of captures. Several files a side are
    given as --before and --after, as often as needed.

    What is compared is how many of the requests were harmed that came after so long a silence that
    it could happen, and what became of the others. Where too few came, that is said, and how many
    more it takes.

    \b
    Examples:
      netdiag compare monday.pcap tuesday.pcap
      netdiag compare --before a1.pcap --before a2.pcap --after 'b*.pcap'

    \b
    Exit status:
      0  compared
      1  compared, and it is what --fail-on asks for
      2  could not: wrong usage, no readable capture, no place to write to
    """  # noqa: D301 - click's \b keeps the table as it is
    sides = _sides(ctx, captures, before, after)
    check_target(output, [*sides[0], *sides[1]])
    from netdiag.comparison.compare import compare as compare_them  # noqa: PLC0415
    from netdiag.comparison.formats import format_named  # noqa: PLC0415

    made = compare_them(*(run_examination(side, chosen) for side in sides))
    page = page_for(output)
    write(format_named(format_name).render(made, page), output)
    return exit_status(made, fail_on)


def _sides(
    ctx: click.Context, captures: tuple[str, ...], before: tuple[str, ...], after: tuple[str, ...]
) -> tuple[list[str], list[str]]:
    """The files of both sides, whichever way they were given."""
    if captures and len(captures) != 2:
        raise click.UsageError(
            f"expected two captures, BEFORE and AFTER; found {len(captures)} (give several a side"
            " with --before and --after)",
            ctx,
        )
    old, new = [*captures[:1], *before], [*captures[1:], *after]
    if not old or not new:
        raise click.UsageError("expected a capture BEFORE and one AFTER", ctx)
    if [*old, *new].count(STDOUT) > 1:
        raise click.UsageError("standard input ('-') can be one capture only", ctx)
    return old, new


def exit_status(comparison: Comparison, fail_on: str) -> ExitStatus:
    """Tell whether the comparison is what `--fail-on` asks for, as the status to exit with."""
    if comparison.verdict.outcome in _FAILING[fail_on]:
        return ExitStatus.FOUND
    return ExitStatus.ANALYSED
