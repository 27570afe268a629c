"""A room beside the report: lists connections in a table that can be filtered and sorted.

From the tables of an analysis and its findings, column by column; only the rows that are shown
become text. What happened on the connections is left to the rooms before.
"""

from netdiag.listing.column import Column, Kind
from netdiag.listing.columns import COLUMNS, column_named
from netdiag.listing.listing import Listing, Wanted, list_connections
from netdiag.listing.order import SortKey, parse_sort
from netdiag.listing.table import Table
from netdiag.listing.where import Condition, condition, parse_condition

__all__ = [
    "COLUMNS",
    "Column",
    "Condition",
    "Kind",
    "Listing",
    "SortKey",
    "Table",
    "Wanted",
    "column_named",
    "condition",
    "list_connections",
    "parse_condition",
    "parse_sort",
]
