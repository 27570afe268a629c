"""`netdiag connections`: lists the connections of captures, filtered and sorted.

From the command line to what is wanted of `netdiag.listing`, and from its parts of a text to where
they belong; which connections there are and what is known of them is left to the rooms.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from netdiag.cli.examining import run_examination
from netdiag.cli.options import (
    dask_option,
    jobs_option,
    language_option,
    output_options,
    selection_options,
)
from netdiag.cli.output import check_target, page_for, write, write_parts

if TYPE_CHECKING:
    from netdiag.listing import Condition, Wanted

FORMATS = ("terminal", "json", "csv")
HELP = "help"

_FILTERS = (
    ("cause", "causes", "="),
    ("closed_by", "closed_by", "="),
    ("protocol", "protocol", "="),
    ("min_idle", "longest_idle_s", ">="),
)
"""Options that are short for ``--where``."""


@click.command(short_help="List the connections of captures.")
@click.argument("captures", metavar="CAPTURE...", nargs=-1, type=click.Path())
@click.option("--sort", metavar="KEY[,KEY]", help="Sort by these columns; -KEY: greatest first.")
@click.option("--reverse", is_flag=True, help="The other way round.")
@click.option(
    "--where",
    metavar="CONDITION",
    multiple=True,
    help="Only those of which this holds, such as 'idle>20'.  [several: all of them]",
)
@click.option("--flagged", is_flag=True, help="Only those on which something was found.")
@click.option("--cause", metavar="SLUG", help="Only those on which this was found.")
@click.option("--state", metavar="STATE", help="Only those with an end in this TCP state.")
@click.option("--closed-by", metavar="SIDE", help="Only those that this side ended first.")
@click.option("--protocol", metavar="NAME", help="Only those that speak this.")
@click.option("--min-idle", metavar="SECONDS", help="Only those that lay idle for that long.")
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="List N at most.")
@click.option("--columns", metavar="NAME[,NAME]", help="Which to show; 'help' lists them.")
@output_options(FORMATS, "the list")
@selection_options
@jobs_option
@dask_option
@language_option
def connections(
    captures: tuple[str, ...],
    columns: str | None,
    format_name: str,
    output: str | None,
    **chosen: Any,
) -> None:
    """List the connections in the CAPTUREs: which lay idle longest, which are in CLOSE_WAIT.

    A CONDITION compares a column with a value: idle>20, bytes>=4M, frames<5, client=10.0.0.5,
    start>=+60, close_flag=RST, closed_by=client,both, protocol!=tls, idle_before_close=none. The
    columns and what they mean: --columns help.

    \b
    Examples:
      netdiag connections x.pcap --sort -idle --limit 20
      netdiag connections x.pcap --state CLOSE_WAIT --sort -close_wait
      netdiag connections x.pcap --flagged --format csv -o flagged.csv
      netdiag connections x.pcap --where close_flag=RST --client 10.0.0.5
    """  # noqa: D301 - click's \b keeps the examples as they are
    if columns == HELP:
        from netdiag.listing.columns import help_text  # noqa: PLC0415 - brings numpy along

        write(help_text(), output)
        return
    if not captures:
        raise click.UsageError("Missing argument 'CAPTURE...'.", click.get_current_context())
    check_target(output, captures)
    from netdiag.listing.listing import columns_of, list_connections  # noqa: PLC0415

    passed_on = ("server", "client", "port", "since", "until", "jobs", "dask")
    selection = {name: chosen.pop(name) for name in passed_on}
    wanted = _wanted(chosen, format_name)
    shown = None if columns is None else columns_of(columns)
    examination = run_examination(captures, selection)
    listing = list_connections(examination.subject, examination.findings, wanted)
    write_parts(_parts(listing, shown, format_name, output), output)


def _wanted(chosen: dict[str, Any], format_name: str) -> Wanted:
    from netdiag.listing import Wanted, condition, parse_condition, parse_sort  # noqa: PLC0415
    from netdiag.listing.formats.terminal_table import MOST_ROWS  # noqa: PLC0415

    conditions = [parse_condition(text) for text in chosen["where"]]
    conditions += _filters(chosen)
    limit, state = chosen["limit"], chosen["state"]
    ends = ("client_state", "server_state") if state is not None else ()
    return Wanted(
        conditions=conditions,
        either=[condition(name, "=", state, "--state") for name in ends],
        flagged=chosen["flagged"],
        order=parse_sort(chosen["sort"]) if chosen["sort"] else (),
        reverse=chosen["reverse"],
        limit=MOST_ROWS if limit is None and format_name == "terminal" else limit,
    )


def _filters(chosen: dict[str, Any]) -> list[Condition]:
    from netdiag.listing import condition  # noqa: PLC0415

    asked = [(name, relation, chosen[option], option) for option, name, relation in _FILTERS]
    return [
        condition(name, relation, value, f"--{option.replace('_', '-')}")
        for name, relation, value, option in asked
        if value is not None
    ]


def _parts(listing: Any, columns: Any, format_name: str, output: str | None) -> Iterable[str]:
    from netdiag.listing import COLUMNS  # noqa: PLC0415
    from netdiag.listing.formats import csv_rows, json_rows, terminal_table  # noqa: PLC0415

    if format_name == "terminal":
        page = page_for(output, widest=160)
        return terminal_table.write(listing, columns, page)
    writer = json_rows.write if format_name == "json" else csv_rows.write
    return writer(listing, columns or COLUMNS)
