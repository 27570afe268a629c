"""The logs in a report are plain values."""

from __future__ import annotations

from msgspec import Struct

from netdiag.report import log as module
from netdiag.report.log import LogSkew


def test_everything_is_frozen_and_described() -> None:
    found = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Struct) and each is not Struct
    ]
    assert len(found) == 7
    for each in found:
        assert each.__struct_config__.frozen
        assert each.__doc__


def test_a_skew_may_be_unknown() -> None:
    assert LogSkew(None, None, None, 0, None, "not determined").estimate_s is None
