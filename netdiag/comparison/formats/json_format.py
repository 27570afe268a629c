"""A comparison as JSON, as ``netdiag schema comparison`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.report.formats.json_format import as_json

if TYPE_CHECKING:
    from netdiag.comparison.model import Comparison
    from netdiag.report.page import Page


def render(comparison: Comparison, _page: Page) -> str:
    """Write it key by key, in the order of the contract."""
    return as_json(comparison)
