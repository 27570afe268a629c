"""A room beside the report: the tables of an analysis as Parquet, for DuckDB, Polars and Spark.

From an examination to two tables, `connections` and `exchanges`, column by column. What happened
on the connections is left to the rooms before, all questions about it to whoever reads the files.
"""

from __future__ import annotations

from netdiag.export.column import MISSING, Column, Kind
from netdiag.export.connections import CONNECTIONS
from netdiag.export.exchanges import EXCHANGES
from netdiag.export.source import Source
from netdiag.export.table import Table

TABLES: tuple[Table, ...] = (CONNECTIONS, EXCHANGES)

__all__ = ["CONNECTIONS", "EXCHANGES", "MISSING", "TABLES", "Column", "Kind", "Source", "Table"]
