"""`netdiag schema`: prints the JSON Schema of the JSON report, as shipped in the package."""

from __future__ import annotations

import click

from netdiag.cli.output import write


@click.command(short_help="Print the JSON Schema of the JSON report.")
def schema() -> None:
    """Print the JSON Schema (draft 2020-12) that every --format json report conforms to."""
    from netdiag.report.schema import schema_text  # noqa: PLC0415 - reads package data

    write(schema_text(), None)
