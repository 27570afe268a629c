"""`netdiag extract`: writes the packets that prove a finding, each with a comment.

From the command line to `netdiag.evidence.Request`, and one line on standard error about what was
written; which packets these are and how they are written is left to `netdiag.evidence`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netdiag.cli.examining import run_examination
from netdiag.cli.exit_status import ExitStatus
from netdiag.cli.options import jobs_option, language_option, selection_options
from netdiag.cli.output import STDOUT, OutputError, check_target, open_target
from netdiag.cli.progress import ProgressLine
from netdiag.cli.redacting import chosen_redactor, redaction_options
from netdiag.cli.standard_input import kept_standard_input, naming_it_as_given

if TYPE_CHECKING:
    from netdiag.evidence import Extracted
    from netdiag.redaction import Redactor


@click.command(short_help="Write the packets that prove a finding.")
@click.argument("captures", metavar="CAPTURE...", nargs=-1, required=True, type=click.Path())
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(),
    required=True,
    help="The pcapng file to write ('-': to a pipe).",
)
@click.option(
    "--occurrence",
    metavar="N",
    type=click.IntRange(min=1),
    help="Only the N-th occurrence of the first finding.",
)
@click.option(
    "--connection",
    "connections",
    metavar="ID",
    multiple=True,
    help="All of a connection, such as c17; may be repeated.",
)
@click.option("--all-findings", is_flag=True, help="The packets of all findings.")
@selection_options
@jobs_option
@redaction_options
@language_option
def extract(
    captures: tuple[str, ...], output: str, redact: bool, redact_key: str | None, **asked: Any
) -> ExitStatus:
    """Write just the packets of the CAPTUREs that prove the finding into a pcapng file.

    Each packet has a comment that says what it is and why it is there: Wireshark shows it, and
    'tshark -T fields -e frame.comment' prints it. Times, lengths and interfaces are those of the
    captures. Without one of the three options, it is the evidence for the verdict, and netdiag
    analyze comes to the same verdict with these packets alone.

    \b
    Examples:
      netdiag extract incident.pcap -o evidence.pcapng
      netdiag extract a.pcap --occurrence 2 -o - | wireshark -k -i -
      netdiag extract incident.pcap --redact -o for-the-vendor.pcapng

    \b
    Exit status:
      0  written
      2  could not: wrong usage, no readable capture, nothing of what was asked
    """  # noqa: D301 - click's \b keeps the table as it is
    request = {name: asked.pop(name) for name in ("occurrence", "connections", "all_findings")}
    if sum(1 for wanted in request.values() if wanted) > 1:
        raise click.UsageError("choose one of --occurrence, --connection and --all-findings")
    check_target(output, [*captures, *([redact_key] if redact_key else [])])
    if output == STDOUT and sys.stdout.isatty():
        raise OutputError("will not write binary data to a terminal; name a file with -o")
    redactor = chosen_redactor(redact, redact_key)
    from netdiag.temporary import private_folder  # noqa: PLC0415 - not needed for --help

    with private_folder() as folder, naming_it_as_given(folder):
        paths = kept_standard_input(captures, folder)
        _extract(paths, output, folder, request, redactor, asked)
    return ExitStatus.ANALYSED


def _extract(
    paths: list[str],
    output: str,
    folder: Path,
    request: dict[str, Any],
    redactor: Redactor | None,
    chosen: dict[str, Any],
) -> None:
    examination = run_examination(paths, chosen)
    from netdiag.evidence import Request, extract  # noqa: PLC0415 - brings numpy along

    with ProgressLine() as progress, open_target(output) as file:
        done = extract(
            examination,
            paths,
            Request(**request),
            file,
            folder / "evidence.pcapng",
            redactor=redactor,
            progress=progress,
        )
    click.echo(f"netdiag: {_summary(done)}", err=True)


def _summary(done: Extracted) -> str:
    packets = f"{done.packets} of {done.of_packets} packets written"
    if done.agrees is None:
        return packets
    if done.agrees:
        return f"{packets}; they alone lead to the same finding"
    return f"{packets}; they alone do not lead to the same finding, which rests on more"
