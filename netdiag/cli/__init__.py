"""The command line: `main`, the group of all commands, one module each.

Nothing that takes long to import (numpy, scapy, rich, the rooms) is imported here or at the top of
a command's module: `netdiag --help` has to answer at once.
"""

from __future__ import annotations

import click

from netdiag import __version__
from netdiag.cli.analyze import analyze
from netdiag.cli.capture import capture
from netdiag.cli.compare import compare
from netdiag.cli.completion import completion
from netdiag.cli.connections import connections
from netdiag.cli.exit_status import ExitStatus
from netdiag.cli.explain import explain
from netdiag.cli.export import export
from netdiag.cli.extract import extract
from netdiag.cli.failures import OneLineGroup
from netdiag.cli.schema import schema
from netdiag.cli.show import show

COMMANDS: tuple[click.Command, ...] = (
    analyze,
    compare,
    capture,
    connections,
    show,
    extract,
    export,
    explain,
    schema,
    completion,
)


@click.group(
    cls=OneLineGroup,
    commands=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(__version__, prog_name="netdiag", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Name why a pooled keep-alive TCP connection failed, from a tcpdump capture.

    \b
    Examples:
      netdiag analyze incident.pcap
      netdiag analyze app-*.pcap.gz --server 10.0.0.7:8080 --since +60
      netdiag analyze incident.pcap --format json -o report.json
      netdiag extract incident.pcap -o evidence.pcapng
      netdiag explain stale-keep-alive
    """  # noqa: D301 - click's \b keeps the examples as they are
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(ExitStatus.COULD_NOT)


__all__ = ["COMMANDS", "main"]
