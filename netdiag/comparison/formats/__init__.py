"""The shelf of formats of a comparison: each turns it into one text, and computes nothing.

To add one, write its module with a `render` of the same shape, and name it in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from netdiag.comparison.formats import json_format, markdown_format, terminal_format

if TYPE_CHECKING:
    from netdiag.comparison.model import Comparison
    from netdiag.report.page import Page


class Format(NamedTuple):
    """One entry: the name for ``--format`` and the function that writes in it."""

    name: str
    render: Callable[[Comparison, Page], str]


FORMATS: tuple[Format, ...] = (
    Format("terminal", terminal_format.render),
    Format("json", json_format.render),
    Format("markdown", markdown_format.render),
)


def format_named(name: str) -> Format:
    """Find the entry of this name."""
    return next(entry for entry in FORMATS if entry.name == name)
