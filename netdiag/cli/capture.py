"""`netdiag capture`: prints the tcpdump line that takes a capture fit for `analyze`, or runs it.

From the command line to a `netdiag.recording.plan.Wanted`; what the line is made of, the checks and
the run are left to `netdiag.recording`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netdiag.cli.exit_status import ExitStatus
from netdiag.cli.options import language_option
from netdiag.cli.output import write

if TYPE_CHECKING:
    from netdiag.recording.plan import End, Wanted

BOTH = "both"


@click.command(short_help="Print, or run, the tcpdump line for a capture.")
@click.option("--host", "hosts", metavar="HOST", multiple=True, help="Only to or from this host.")
@click.option(
    "--port",
    "ports",
    type=click.IntRange(1, 65535),
    multiple=True,
    help="Only to or from this port.",
)
@click.option("--interface", metavar="NAME", default="any", help="Listen here.  [default: any]")
@click.option("--duration", metavar="T", help="End after T, such as 10m or 2h.")
@click.option(
    "--at",
    type=click.Choice(["client", "server", BOTH]),
    help="On whose host.  [default: both; with --run: this host]",
)
@click.option("--output", "-o", metavar="PATH", type=click.Path(), help="Where the files go.")
@click.option(
    "--size",
    metavar="SIZE",
    default="2G",
    show_default=True,
    help="Never take more of the disk than this.",
)
@click.option(
    "--snap-length",
    type=click.IntRange(68, 262_144),
    default=128,
    show_default=True,
    help="Bytes to keep of each packet.",
)
@click.option("--vlan", is_flag=True, help="Also packets with a VLAN tag (not with -i any).")
@click.option("--run", "wants_run", is_flag=True, help="Run it on this host, now.")
@click.option("--analyze", "wants_analysis", is_flag=True, help="With --run: then analyze it.")
@language_option
@click.pass_context
def capture(
    ctx: click.Context, /, wants_run: bool, wants_analysis: bool, **chosen: Any
) -> ExitStatus | None:
    """Print the tcpdump line that takes a capture fit for analyze, and why it is as it is.

    It keeps a ring of files, so that it may run until it has failed again without filling the disk.
    HOST is an address or a name; --host and --port may be given several times.

    \b
    Examples:
      netdiag capture --host 10.0.2.2 --port 8080
      netdiag capture --port 5432 --at client --duration 2h
      sudo netdiag capture --port 8080 --duration 10m --run --analyze
    """  # noqa: D301 - click's \b keeps the examples as they are
    from netdiag.recording.plan import plan  # noqa: PLC0415 - not needed for --help

    if wants_analysis and not wants_run:
        raise click.UsageError("--analyze needs --run", ctx)
    if wants_run and chosen["at"] == BOTH:
        raise click.UsageError("--run captures on this host alone: --at client or server", ctx)
    made = plan(_wanted(wants_run=wants_run, **chosen))
    if not wants_run:
        from netdiag.recording.page import plan_text  # noqa: PLC0415

        write(plan_text(made), None)
        return ExitStatus.ANALYSED
    from netdiag.cli.recording import run_here  # noqa: PLC0415

    files = run_here(made)
    if not wants_analysis or not files:
        return ExitStatus.ANALYSED
    from netdiag.cli.analyze import analyze  # noqa: PLC0415

    status: ExitStatus = ctx.invoke(analyze, captures=tuple(str(file) for file in files))
    return status


def _wanted(  # noqa: PLR0913 - one an option
    *,
    hosts: tuple[str, ...],
    ports: tuple[int, ...],
    interface: str,
    duration: str | None,
    at: str | None,
    output: str | None,
    size: str,
    snap_length: int,
    vlan: bool,
    wants_run: bool,
) -> Wanted:
    from netdiag.recording.amounts import parse_duration, parse_size  # noqa: PLC0415
    from netdiag.recording.checks import check_interface, check_output  # noqa: PLC0415
    from netdiag.recording.packets import find_addresses  # noqa: PLC0415
    from netdiag.recording.plan import ENDS, Wanted  # noqa: PLC0415
    from netdiag.recording.tcpdump import ANY, ring_of  # noqa: PLC0415

    if vlan and interface == ANY:
        raise click.UsageError("--vlan needs an --interface: tcpdump knows no VLANs on 'any'")
    ends: tuple[End, ...] = () if at is None and wants_run else ENDS
    if at is not None and at != BOTH:
        ends = tuple(end for end in ENDS if end == at)
    return Wanted(
        hosts=find_addresses(hosts),
        ports=ports,
        interface=check_interface(interface),
        duration_s=None if duration is None else parse_duration("--duration", duration),
        ends=ends,
        output=None if output is None else check_output(Path(output), local=wants_run),
        ring=ring_of(parse_size("--size", size)),
        snap_bytes=snap_length,
        vlan=vlan,
    )
