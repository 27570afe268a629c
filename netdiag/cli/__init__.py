"""The command line: `main`, the group of all commands, one module each.

A command's module is imported when the command is asked for: one that is used costs nothing of the
others, and `netdiag --help` has to answer at once. So nothing that takes long to import (numpy,
scapy, rich, the rooms) is imported here or at the top of a command's module.
"""

from __future__ import annotations

from importlib import import_module

import click

from netdiag import __version__
from netdiag.cli.exit_status import ExitStatus
from netdiag.cli.failures import OneLineGroup

COMMANDS: tuple[str, ...] = (
    "analyze",
    "compare",
    "capture",
    "connections",
    "show",
    "extract",
    "export",
    "explain",
    "schema",
    "completion",
)
"""Each is what a module of this package defines under its own name."""


def load(name: str) -> click.Command:
    """Import one of `COMMANDS`."""
    command: click.Command = getattr(import_module(f"{__name__}.{name}"), name)
    return command


class _Commands(OneLineGroup):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        return load(name) if name in COMMANDS else None


@click.group(
    cls=_Commands,
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


__all__ = ["COMMANDS", "load", "main"]
