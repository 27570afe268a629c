"""The logs in a report are plain values."""

from __future__ import annotations

import dataclasses

from netdiag.report import log as module
from netdiag.report.log import LogSkew


def test_everything_is_frozen_and_described() -> None:
    found = [each for each in vars(module).values() if dataclasses.is_dataclass(each)]
    assert len(found) == 7
    for each in found:
        assert each.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert each.__doc__


def test_a_skew_may_be_unknown() -> None:
    assert LogSkew(None, None, None, 0, None, "not determined").estimate_s is None
