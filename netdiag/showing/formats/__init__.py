"""The shelf of formats of one connection: each turns a `ConnectionView` into one text."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from netdiag.report.connection_view import ConnectionView
from netdiag.report.formats.json_format import as_json
from netdiag.report.page import Page
from netdiag.showing.formats import terminal_view


class Format(NamedTuple):
    """One entry: the name for ``--format`` and the function that writes a view in it."""

    name: str
    render: Callable[[ConnectionView, Page], str]


FORMATS: tuple[Format, ...] = (
    Format("terminal", terminal_view.render),
    Format("json", lambda view, _page: as_json(view)),
)
