"""The shelf of report formats: each turns a `Report` into one text, and computes nothing.

To add one, write its module with a `render` of the same shape, and name it in `FORMATS`. A format
is imported when it is first used: the command line needs the names alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdiag.report.model import Report
    from netdiag.report.page import Page


class Format:
    """One entry: the name for ``--format``, whose module is ``NAME_format``."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, report: Report, page: Page) -> str:
        """Write a report in this format."""
        from importlib import import_module  # noqa: PLC0415 - each format when it is used

        text: str = import_module(f"{__name__}.{self.name}_format").render(report, page)
        return text


FORMATS: tuple[Format, ...] = (
    Format("terminal"),
    Format("markdown"),
    Format("json"),
    Format("html"),
)


def format_named(name: str) -> Format:
    """Find the entry of this name."""
    return next(entry for entry in FORMATS if entry.name == name)
