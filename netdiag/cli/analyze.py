"""`netdiag analyze`: reads the captures and writes the report.

From the command line to `netdiag.analysis.Options` and from the report to the exit status; the
analysis, the formats and the writing are left to their own modules.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netdiag.cli.exit_status import ExitStatus
from netdiag.cli.output import STDOUT, check_target, page_of_stdout, write
from netdiag.cli.progress import ProgressLine
from netdiag.report.formats import FORMATS, format_named
from netdiag.report.page import PLAIN

if TYPE_CHECKING:
    from netdiag.report.model import Report

NEVER = "never"
_HARMFUL = {"error": {"error"}, "warning": {"error", "warning"}, NEVER: set[str]()}


@click.command(short_help="Say why connections failed.")
@click.argument("captures", metavar="CAPTURE...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--format",
    "format_name",
    type=click.Choice([entry.name for entry in FORMATS]),
    default="terminal",
    show_default=True,
    help="How to write the report.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(),
    help="Write to FILE instead of standard output ('-').",
)
@click.option("--server", metavar="HOST[:PORT]", help="Only connections to this server.")
@click.option("--client", metavar="HOST", help="Only connections from this client.")
@click.option("--port", type=click.IntRange(1, 65535), help="Only connections to this port.")
@click.option("--since", metavar="T", help="Only what happened at or after T.")
@click.option("--until", metavar="T", help="Only what happened at or before T.")
@click.option(
    "--all",
    "all_connections",
    is_flag=True,
    help="List every connection in the JSON report, boring ones too.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", NEVER]),
    default=NEVER,
    show_default=True,
    help="Exit with 1 if there is a finding at least this severe.",
)
def analyze(
    captures: tuple[str, ...], format_name: str, output: str | None, fail_on: str, **chosen: Any
) -> ExitStatus:
    """Say why pooled keep-alive connections in the CAPTUREs failed.

    A CAPTURE is what tcpdump -w wrote: pcap or pcapng, compressed or not. Several of them (rotated
    files) are read as one.

    HOST is an IP address; with a PORT, put an IPv6 address in brackets: [2001:db8::1]:8080.

    T is a time as in RFC 3339 (2017-05-12T11:39:02Z; UTC if it names no zone), or seconds from the
    capture's start: +12.5. Timeouts are worked out from the whole capture all the same.

    \b
    Exit status:
      0  analysed
      1  analysed, and there is a finding that --fail-on asks for
      2  could not: wrong usage, no readable capture, no place to write to
    """  # noqa: D301 - click's \b keeps the table as it is
    paths = [Path(capture) for capture in captures]
    check_target(output, paths)
    report = _analyse(paths, chosen)
    page = page_of_stdout() if output in {None, STDOUT} else PLAIN
    write(format_named(format_name).render(report, page), output)
    return exit_status(report, fail_on)


def _analyse(paths: list[Path], chosen: dict[str, Any]) -> Report:
    # numpy's OpenBLAS starts a thread a core when it is imported; no matrix is multiplied here,
    # and without them a small capture is done 70 ms sooner.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from netdiag.analysis import Options, analyze  # noqa: PLC0415 - brings numpy along
    from netdiag.cli.allocator import keep_freed_memory  # noqa: PLC0415 - brings ctypes along

    keep_freed_memory()

    with ProgressLine() as progress:
        return analyze(paths, Options(**chosen), progress=progress)


def exit_status(report: Report, fail_on: str) -> ExitStatus:
    """Tell whether the report holds what `--fail-on` asks for, as the status to exit with."""
    severities = _HARMFUL[fail_on]
    if any(finding.severity in severities for finding in report.findings):
        return ExitStatus.FOUND
    return ExitStatus.ANALYSED
