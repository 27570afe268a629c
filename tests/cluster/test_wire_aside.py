"""What was set aside arrives as it was, whatever its times are like."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace

from netdiag.cluster.wire_aside import aside_of, tables_of
from netdiag.decode.aside import Aside, Folds, Part, Times
from netdiag.exchanges import SettingAside
from tests.conversations import listen
from tests.scripted import pooled


def assert_same(one: Aside, other: Aside) -> None:
    for name in Folds.__struct_fields__:
        mine, theirs = (getattr(each.folds, name) for each in (one, other))
        assert (mine.dtype, mine.tolist()) == (theirs.dtype, theirs.tolist()), name
    assert len(one.parts) == len(other.parts)
    for mine, theirs in zip(one.parts, other.parts, strict=True):
        for name in ("first_frame", "count", "frame"):
            column = getattr(mine, name)
            assert (column.dtype, column.tolist()) == (np.uint32, getattr(theirs, name).tolist())
        for name in ("asked", "idle"):
            left, right = getattr(mine, name), getattr(theirs, name)
            assert left.counts.dtype == right.counts.dtype
            assert left.values_ns().tolist() == right.values_ns().tolist()


def sent(aside: Aside) -> Aside:
    folds, parts = (pa.table(columns) for columns in tables_of(aside))
    return aside_of(folds, parts)


@pytest.mark.parametrize("talks", [0, 1, 3])
def test_it_arrives_as_it_was(talks: int) -> None:
    heard = listen(*(pooled(40, 1, client_port=41000 + number) for number in range(talks)))
    setter = SettingAside(rows=1)
    if talks:
        setter.sort_out(heard.segments, heard.samples)
    aside = setter.aside()
    assert len(aside.parts) == min(talks, 1)
    assert_same(sent(aside), aside)


def test_times_that_need_more_than_32_bits() -> None:
    frames = np.array([7, 3, 9], np.uint32)
    one = np.ones(1, np.uint32)
    far = Times.of(np.array([5, 1 << 60, 17]))
    part = Part(0, one, one * 3, far, Times.of(np.array([-1, 3, 2])), frames)
    assert far.counts.dtype == np.int64
    aside = replace(Aside.nothing(), parts=(part, part))
    assert_same(sent(aside), aside)
