"""Examinations to compare: of recorded captures (each made once), and of scripted ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from netdiag.analysis import Examination, Options, examine
from netdiag.comparison.compare import compare
from netdiag.comparison.model import Comparison
from tests.recorded import recorded

BEFORE = "cure-before"


@cache
def examination(*names: str) -> Examination:
    """What was found in recorded captures, together."""
    return examine([recorded(name).path for name in names])


@cache
def compared(after: str, before: str = BEFORE) -> Comparison:
    """Two recorded captures, before and after."""
    return compare(examination(before), examination(after))


def compare_files(before: Path, after: Path, options: Options | None = None) -> Comparison:
    """Any two captures."""
    chosen = options or Options()
    return compare(examine([before], chosen), examine([after], chosen))
