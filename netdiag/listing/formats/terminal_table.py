"""The list of connections for a terminal: a line each, as many columns as the page has room for.

Where no columns were asked for, those that tell most are shown; a server or a protocol that all
have in common is named once, above. Columns that were asked for are all shown, however wide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from netdiag.language import N_, _, ngettext
from netdiag.listing.cells import plain
from netdiag.listing.column import MISSING, Column, Kind
from netdiag.listing.columns import column_named
from netdiag.listing.listing import Listing
from netdiag.report.formats.terminal_format.paper import BAD, FAINT, Line, Paper
from netdiag.report.phrases.words import clock, seconds

if TYPE_CHECKING:
    from netdiag.report.page import Page

MOST_ROWS = 50
"""Shown where no limit was asked for."""

_GAP = "  "
_NUMBERS = frozenset({Kind.COUNT, Kind.DURATION})
_ENDED = {
    "client": N_("client, {flag}"),
    "server": N_("server, {flag}"),
    "both": N_("both, {flag}"),
    "nobody": N_("still open"),
}


class _Shown(Struct, frozen=True):
    """A column as it is drawn.

    Attributes:
        weight: columns with the least go first where the page has no room for all.
    """

    title: str
    cells: list[str]
    right: bool
    weight: int


_USUAL = (
    ("id", N_("id"), 9),
    ("client", N_("client"), 8),
    ("server", N_("server"), 6),
    ("protocol", N_("protocol"), 1),
    ("start", N_("start"), 2),
    ("exchanges", N_("requests"), 3),
    ("longest_idle_s", N_("longest idle"), 7),
    ("closed_by", N_("ended by"), 6),
    ("client_state", N_("client's state"), 5),
    ("close_wait_s", N_("in CLOSE_WAIT"), 3),
    ("causes", N_("finding"), 7),
)
"""The columns shown by default, their titles, and their weights."""

_ASKED = 8


def write(listing: Listing, columns: Sequence[Column] | None, page: Page) -> Iterator[str]:
    """The text; `columns` None for the usual ones."""
    paper = Paper(page)
    above = paper.paragraph(_summary(listing), indent=0)
    shown: list[_Shown] = []
    if len(listing.rows) and columns is None:
        shared = _shared(listing)
        above += paper.paragraph(_in_common(shared), indent=0) if shared else []
        shown = _fitting(_usual(listing, shared), paper)
    elif len(listing.rows) and columns is not None:
        shown = [_asked(listing, column) for column in columns]
        paper = Paper(replace(page, width=max(page.width, _width(shown, paper))))
    table = _draw(shown, paper)
    hidden = listing.matching - len(listing.rows)
    below = []
    if hidden:
        text = ngettext(
            "and {n:,} more: --limit shows as many as it names, --format csv or json all",
            "and {n:,} more: --limit shows as many as it names, --format csv or json all",
            hidden,
        ).format(n=hidden)
        below = paper.paragraph(text, indent=0)
    yield paper.print([*above, *table, *below])


def _summary(listing: Listing) -> str:
    if listing.matching == listing.considered:
        return ngettext("{n:,} connection", "{n:,} connections", listing.matching).format(
            n=listing.matching
        )
    return ngettext(
        "{matching:,} of {n:,} connection fits",
        "{matching:,} of {n:,} connections fit",
        listing.considered,
    ).format(matching=listing.matching, n=listing.considered)


def _shared(listing: Listing) -> dict[str, str]:
    """The server and the protocol, where all listed connections have the same."""
    shared = {}
    for name in ("server", "protocol"):
        column = column_named(name, "--columns")
        values = listing.table.values(column)[listing.rows]
        if len(values) > 1 and (values == values[0]).all():
            shared[name] = plain(listing.table, column, listing.rows[:1])[0] or ""
    return shared


def _in_common(shared: dict[str, str]) -> str:
    if len(shared) == 2:
        return _("All listed go to {server} and speak {protocol}.").format(**shared)
    if "server" in shared:
        return _("All listed go to {server}.").format(**shared)
    return _("All listed speak {protocol}.").format(**shared)


def _usual(listing: Listing, shared: dict[str, str]) -> list[_Shown]:
    """The usual columns, and those by which the list was sorted or filtered."""
    drawn = []
    for name, title, weight in _USUAL:
        if name not in shared:
            column = column_named(name, "--columns")
            heavy = _ASKED if column in listing.asked else weight
            cells = _cells(listing, column)
            drawn.append(_Shown(_(title), cells, column.kind in _NUMBERS, heavy))
    usual = {name for name, _title, _weight in _USUAL} | set(shared)
    extra = [column for column in listing.asked if column.name not in usual]
    return drawn + [
        _Shown(column.name, _cells(listing, column), column.kind in _NUMBERS, _ASKED)
        for column in extra
    ]


def _cells(listing: Listing, column: Column) -> list[str]:
    """The cells of one of the usual columns, as a person reads them."""
    texts = [text or "" for text in plain(listing.table, column, listing.rows)]
    if column.name == "start":
        return [clock(text)[:12] for text in texts]
    if column.name == "closed_by":
        flags = plain(listing.table, column_named("close_flag", "--columns"), listing.rows)
        return [_(_ENDED[who]).format(flag=flag) for who, flag in zip(texts, flags, strict=True)]
    if column.kind is Kind.DURATION:
        values = listing.table.values(column)[listing.rows].tolist()
        return ["" if value == MISSING else seconds(value / 1e9) for value in values]
    return texts


def _asked(listing: Listing, column: Column) -> _Shown:
    texts = [text or "" for text in plain(listing.table, column, listing.rows)]
    return _Shown(column.name, texts, column.kind in _NUMBERS, 0)


def _fitting(columns: list[_Shown], paper: Paper) -> list[_Shown]:
    """As many of the columns as fit, those with the most weight first."""
    kept: list[_Shown] = []
    for column in sorted(columns, key=lambda column: -column.weight):
        if any(column.cells) and _width([*kept, column], paper) <= paper.width:
            kept.append(column)
    return [column for column in columns if column in kept]


def _width(columns: Sequence[_Shown], paper: Paper) -> int:
    return sum(_widths(columns, paper)) + len(_GAP) * (len(columns) - 1)


def _widths(columns: Sequence[_Shown], paper: Paper) -> list[int]:
    return [max(map(paper.cells, (column.title, *column.cells))) for column in columns]


def _draw(columns: Sequence[_Shown], paper: Paper) -> list[Line]:
    if not columns:
        return []
    widths = _widths(columns, paper)
    head = _GAP.join(
        _set(column, column.title, width, paper)
        for column, width in zip(columns, widths, strict=True)
    )
    lines = [paper.line(), paper.line((head, FAINT))]
    for row in zip(*(column.cells for column in columns), strict=True):
        parts: list[str | tuple[str, str]] = []
        for column, cell, width in zip(columns, row, widths, strict=True):
            text = _set(column, cell, width, paper)
            parts += [(text, BAD) if cell == "CLOSE_WAIT" else text, _GAP]
        lines.append(paper.line(*parts[:-1]))
    return lines


def _set(column: _Shown, text: str, width: int, paper: Paper) -> str:
    return paper.right(text, width) if column.right else paper.left(text, width)
