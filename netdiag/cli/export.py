"""`netdiag export`: writes the tables of an analysis as Parquet, for tools that query tables.

From the command line to `netdiag.export`, and one line on standard error about what was written;
what the tables hold is left to that.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netdiag.cli.examining import run_examination
from netdiag.cli.exit_status import ExitStatus
from netdiag.cli.options import dask_option, jobs_option, selection_options
from netdiag.cli.output import STDOUT, OutputError, check_target, open_target

if TYPE_CHECKING:
    from netdiag.analysis import Examination
    from netdiag.export.arrow import Unit

UNITS = ("ns", "us")


@click.command(short_help="Write connections and exchanges as Parquet.")
@click.argument("captures", metavar="CAPTURE...", nargs=-1, required=True, type=click.Path())
@click.option(
    "-o",
    "--output",
    "connections",
    metavar="FILE",
    type=click.Path(),
    help="The Parquet file of the connections to write ('-': to a pipe).",
)
@click.option(
    "--exchanges",
    metavar="FILE",
    type=click.Path(),
    help="The Parquet file of the requests with their responses.",
)
@click.option(
    "--time-unit",
    type=click.Choice(UNITS),
    default=UNITS[0],
    show_default=True,
    help="What times count; Spark reads only us.",
)
@selection_options
@jobs_option
@dask_option
def export(
    captures: tuple[str, ...],
    connections: str | None,
    exchanges: str | None,
    time_unit: Unit,
    **chosen: Any,
) -> ExitStatus:
    """Write what is known of every connection in the CAPTUREs, and of every exchange, as Parquet.

    DuckDB, Polars, Spark and pandas can go on from there. The two tables share the connections'
    names, which are those of the reports (c17). The manual's page "Exported tables" has all
    columns. Needs pyarrow.

    \b
    Examples:
      netdiag export incident.pcap -o connections.parquet
      netdiag export rotated/*.pcap.gz -o c.parquet --exchanges x.parquet
      duckdb -c "SELECT cause, count(*) FROM 'c.parquet' GROUP BY cause"
    """  # noqa: D301 - click's \b keeps the examples as they are
    targets = _targets(captures, {"connections": connections, "exchanges": exchanges})
    from netdiag.export.arrow import require_pyarrow  # noqa: PLC0415 - brings numpy along

    require_pyarrow()
    examination = run_examination(captures, {**chosen, "every_row": True})
    written = _write(examination, targets, time_unit)
    counts = " and ".join(f"{rows} {table}" for table, rows in written.items())
    click.echo(f"netdiag: {counts} written", err=True)
    return ExitStatus.ANALYSED


def _targets(captures: Sequence[str], named: dict[str, str | None]) -> dict[str, str]:
    """Where each of the tables belongs that were asked for."""
    targets = {table: target for table, target in named.items() if target is not None}
    if not targets:
        raise click.UsageError("name a file with -o, --exchanges, or both")
    if len({Path(target).resolve() for target in targets.values()}) < len(targets):
        raise click.UsageError("-o and --exchanges name the same file")
    for target in targets.values():
        check_target(target, captures)
        if target == STDOUT and sys.stdout.isatty():
            raise OutputError("will not write binary data to a terminal; name a file with -o")
    return targets


def _write(examination: Examination, targets: dict[str, str], unit: Unit) -> dict[str, int]:
    """Write the tables; no file takes its name before all are written."""
    from netdiag.export import TABLES, Source  # noqa: PLC0415 - brings numpy along
    from netdiag.export.parquet import write  # noqa: PLC0415

    source = Source(examination.subject, examination.findings)
    tables = {table.name: table for table in TABLES}
    with ExitStack() as stack:
        files = {name: stack.enter_context(open_target(to)) for name, to in targets.items()}
        return {name: write(tables[name], source, file, unit) for name, file in files.items()}
