"""`netdiag schema`: prints the JSON Schema of what a command writes, as shipped in the package."""

from __future__ import annotations

import click

from netdiag.cli.output import write
from netdiag.report.schema import FILES, schema_text


@click.command(short_help="Print the JSON Schema of what is written as JSON.")
@click.argument("name", type=click.Choice(tuple(FILES)), default="report", metavar="[NAME]")
def schema(name: str) -> None:
    """Print the JSON Schema (draft 2020-12) that --format json conforms to.

    NAME is report (what 'netdiag analyze' writes, the default), or another command that writes
    JSON: 'netdiag schema connections'.
    """
    write(schema_text(name), None)
