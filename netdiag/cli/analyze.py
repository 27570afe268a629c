"""`netdiag analyze`: reads the captures and writes the report.

From the command line to `netdiag.analysis.Options` and from the report to the exit status; the
analysis, the formats and the writing are left to their own modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from netdiag.cli.examining import check_partial, partly, run_analysis
from netdiag.cli.exit_status import ExitStatus
from netdiag.cli.options import (
    dask_option,
    jobs_option,
    language_option,
    log_options,
    output_options,
    selection_options,
)
from netdiag.cli.output import check_target, page_for, write
from netdiag.cli.redacting import chosen_redactor, redaction_options
from netdiag.report.formats import FORMATS, format_named

if TYPE_CHECKING:
    from netdiag.report.model import Report

NEVER = "never"
STDIN = "-"
_HARMFUL = {"error": {"error"}, "warning": {"error", "warning"}, NEVER: set[str]()}


@click.command(short_help="Say why connections failed.")
@click.argument("captures", metavar="CAPTURE...", nargs=-1, required=True, type=click.Path())
@output_options([entry.name for entry in FORMATS], "the report")
@selection_options
@click.option(
    "--all",
    "all_connections",
    is_flag=True,
    help="List every connection in the JSON report, boring ones too.",
)
@log_options
@jobs_option
@click.option(
    "--partial",
    is_flag=True,
    help="On Ctrl-C or SIGTERM, report on what was read so far.",
)
@dask_option
@redaction_options
@language_option
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", NEVER]),
    default=NEVER,
    show_default=True,
    help="Exit with 1 if there is a finding at least this severe.",
)
def analyze(
    captures: tuple[str, ...],
    format_name: str,
    output: str | None,
    fail_on: str,
    redact: bool,
    redact_key: str | None,
    **chosen: Any,
) -> ExitStatus:
    """Say why pooled keep-alive connections in the CAPTUREs failed.

    A CAPTURE is what tcpdump -w wrote: pcap or pcapng, compressed or not. Several of them (rotated
    files) are read as one.

    HOST is an IP address; with a PORT, put an IPv6 address in brackets: [2001:db8::1]:8080.

    T is a time as in RFC 3339 (2017-05-12T11:39:02Z; UTC if it names no zone), or seconds from the
    capture's start: +12.5. Timeouts are worked out from the whole capture all the same.

    With --partial, Ctrl-C or SIGTERM ends the reading of the captures (in one process), and the
    report covers what was read so far; the same once more gives up.

    A --log is what a client, proxy or server wrote meanwhile: lines with their failures, or an
    access log. Its clock need not be right.

    \b
    Exit status:
      0  analysed
      1  analysed, and there is a finding that --fail-on asks for
      2  could not: wrong usage, no readable capture, no place to write to
    """  # noqa: D301 - click's \b keeps the table as it is
    logs = chosen["logs"]
    if [*captures, *logs].count(STDIN) > 1:
        raise click.UsageError(
            "'-' can be one capture or one --log, as standard input is read once"
        )
    if chosen["log_timezone"] is not None and not logs:
        raise click.UsageError("--log-timezone says how to read a --log, and none is named")
    check_target(output, [*captures, *logs, *([redact_key] if redact_key else [])])
    check_partial(chosen)
    redactor = chosen_redactor(redact, redact_key)
    with partly(chosen):
        report = run_analysis(captures, chosen)
        if redactor is not None:
            report = redactor.report(report)
        page = page_for(output)
        write(format_named(format_name).render(report, page), output)
    return exit_status(report, fail_on)


def exit_status(report: Report, fail_on: str) -> ExitStatus:
    """Tell whether the report holds what `--fail-on` asks for, as the status to exit with."""
    severities = _HARMFUL[fail_on]
    if any(finding.severity in severities for finding in report.findings):
        return ExitStatus.FOUND
    return ExitStatus.ANALYSED
