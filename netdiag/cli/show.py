"""`netdiag show`: draws one connection of some captures, and takes frames of it apart.

From the command line to `netdiag.showing.Wanted`; what is shown and how it looks is left to
`netdiag.showing`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from netdiag.cli.examining import run_examination
from netdiag.cli.options import jobs_option, language_option, output_options
from netdiag.cli.output import check_target, page_for, write
from netdiag.cli.standard_input import kept_standard_input, naming_it_as_given

FORMATS = ("terminal", "json")


@click.command(short_help="Draw one connection, frame by frame.")
@click.argument("arguments", metavar="CAPTURE... CONNECTION", nargs=-1, type=click.Path())
@click.option("--stream", metavar="N", help="The connection, by Wireshark's tcp.stream.")
@click.option(
    "--frame",
    "frames",
    metavar="N",
    multiple=True,
    help="Take this frame apart, with scapy; may be repeated.",
)
@click.option("--all", "every", is_flag=True, help="Fold nothing: every frame has its line.")
@click.option("--from", "begin", metavar="WHERE", help="Only from this frame or time on.")
@click.option("--to", "end", metavar="WHERE", help="Only up to this frame or time.")
@output_options(FORMATS, "it")
@jobs_option
@language_option
def show(
    arguments: tuple[str, ...],
    stream: str | None,
    format_name: str,
    output: str | None,
    **chosen: Any,
) -> None:
    """Draw a CONNECTION of the CAPTUREs from its first to its last frame.

    A CONNECTION is named as in a report of the same captures (c17), by Wireshark's stream (16), or
    by its ends (10.0.0.5:40000-10.0.0.7:80). Of several captures, 2:16 is stream 16 and 2:57 is
    frame 57 in the second one.

    Long transfers and bare ACKs are folded, silences are measured, both ends' TCP states stand
    where they matter, and the frames that a finding rests on say so. WHERE is a frame, a time
    (2017-05-12T11:39:02Z), or seconds from the connection's first frame: +12.5.

    \b
    Examples:
      netdiag show incident.pcap c17
      netdiag show incident.pcap c17 --frame 88 --frame 93
      netdiag show incident.pcap 16 --all --from 57
    """  # noqa: D301 - click's \b keeps the examples as they are
    named = arguments if stream is None else (*arguments, f"stream {stream}")
    if len(named) < 2:
        missing = "CAPTURE..." if not arguments or stream is not None else "CONNECTION"
        raise click.UsageError(f"Missing argument '{missing}'.", click.get_current_context())
    *captures, connection = named
    check_target(output, captures)
    from netdiag.temporary import private_folder  # noqa: PLC0415 - not needed for --help

    with private_folder() as folder, naming_it_as_given(folder):
        text = _show(captures, connection, stream, folder, (format_name, output), chosen)
    write(text, output)


def _show(
    captures: list[str],
    connection: str,
    stream: str | None,
    folder: Path,
    how: tuple[str, str | None],
    chosen: dict[str, Any],
) -> str:
    paths = kept_standard_input(captures, folder) if chosen["frames"] else captures
    examination = run_examination(paths, {"jobs": chosen["jobs"]})
    from netdiag.showing import Part, Wanted, show  # noqa: PLC0415 - brings numpy along
    from netdiag.showing.formats import FORMATS  # noqa: PLC0415

    wanted = Wanted(
        connection=connection,
        part=Part(chosen["begin"], chosen["end"]),
        every=chosen["every"],
        frames=chosen["frames"],
        option="CONNECTION" if stream is None else "--stream",
    )
    view = show(examination, paths, wanted)
    format_name, output = how
    page = page_for(output)
    return next(entry for entry in FORMATS if entry.name == format_name).render(view, page)
