"""Connections that came to a good end are the same ones, in whichever of two ways they are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from netdiag.decode import load
from netdiag.decode.segments import Segments
from netdiag.exchanges import mark_payloads
from netdiag.exchanges.courses import Courses
from netdiag.exchanges.search import Search
from netdiag.exchanges.well_ended import WellEnded
from netdiag.native import native
from tests import once_used, used_up
from tests.conversations import write
from tests.exchanges.over import NONE_WAITING, when_over

if native is None:
    pytest.skip("built without a C compiler", allow_module_level=True)


class TellsNone(Search):
    """Leaves all to the tables."""

    def singles(
        self, segments: Segments, rows: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        return np.empty((9, 0), np.int64), np.full(len(rows), -1, np.int32)


def well_ended(path: Path, kind: type[Search], waiting: npt.NDArray[np.uint32]) -> WellEnded:
    loaded = load([str(path)], mark_payloads)
    return WellEnded.among(*when_over(loaded.segments, loaded.samples, kind, waiting))


def all_of(ended: WellEnded) -> dict[int, object]:
    """All that is known of each, by its first frame."""
    columns = [getattr(ended.courses, name).tolist() for name in Courses.__struct_fields__]
    frames, count = ended.courses.frame.tolist(), len(ended.courses)
    often = ended.asked_any(ended.requests.asked_ns % 3 == 0)
    which = [np.arange(count) == place for place in range(count)]
    return {
        frame: (*row, elsewhere, ended.rows_of(mine).tolist(), asked, _part(ended, mine))
        for frame, row, elsewhere, asked, mine in zip(
            frames,
            zip(*columns, strict=True),
            ended.elsewhere.tolist(),
            often.tolist(),
            which,
            strict=True,
        )
    }


def _part(ended: WellEnded, which: npt.NDArray[np.bool_]) -> list[int]:
    return ended.further_exchanges(which).frame.tolist()


@pytest.mark.parametrize("seed", range(8))
def test_both_ways_tell_the_same(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "day.pcap"
    write(path, once_used.day(seed) if seed % 2 else used_up.day(seed))
    mine, theirs = (well_ended(path, kind, NONE_WAITING) for kind in (Search, TellsNone))
    assert len(theirs.at) > len(mine.at) or seed % 2 == 0
    assert all_of(mine) == all_of(theirs)
    assert len(all_of(mine)) == len(mine.courses)
    waiting = np.sort(mine.courses.frame[::2])
    for kind in (Search, TellsNone):
        left = well_ended(path, kind, waiting).courses.frame
        assert np.sort(left).tolist() == sorted(
            {*mine.courses.frame.tolist()} - {*waiting.tolist()}
        )
