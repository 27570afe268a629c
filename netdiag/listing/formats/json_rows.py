"""The list of connections as JSON: one object, a line for each connection in it.

Its contract is ``connections-v1.schema.json``, which `netdiag schema connections` prints; the names
and the meaning of what both have are those of the report.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from netdiag import __version__
from netdiag.listing.cells import as_json
from netdiag.listing.column import Column
from netdiag.listing.formats.batches import batches
from netdiag.listing.listing import Listing
from netdiag.report.formats.json_format import without_surrogates

SCHEMA = "netdiag/connections/v1"


def write(listing: Listing, columns: Sequence[Column]) -> Iterator[str]:
    """The text in parts; only ASCII."""
    captures = [
        {"path": without_surrogates(str(capture.info.path))}
        for capture in listing.table.subject.captures
    ]
    head = {
        "schema": SCHEMA,
        "netdiag": {"version": __version__},
        "captures": captures,
        "connections_total": listing.considered,
        "connections_matching": listing.matching,
    }
    yield json.dumps(head, indent=2)[:-2] + ',\n  "connections": ['
    row = "\n    {" + ", ".join(f'"{column.name}": %s' for column in columns) + "}"
    between = ""
    for rows in batches(listing.rows):
        cells = [as_json(listing.table, column, rows) for column in columns]
        yield between + ",".join(row % values for values in zip(*cells, strict=True))
        between = ","
    yield "\n  ]\n}\n" if len(listing.rows) else "]\n}\n"
