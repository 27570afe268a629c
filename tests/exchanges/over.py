"""Rows of a capture as they are held when its connections are over."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from netdiag.decode.aside import Folds
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.exchanges.elsewhere import Elsewhere
from netdiag.exchanges.folding import Held, see
from netdiag.exchanges.observed import Observed
from netdiag.exchanges.search import BYGONE, Search, Stays
from netdiag.native import native

NONE_WAITING = np.empty(0, np.uint32)


class Over(NamedTuple):
    """What is known of them.

    Attributes:
        rows: int64, those of connections that may have come to a good end.
    """

    search: Search
    held: Held
    rows: npt.NDArray[np.int64]
    elsewhere: Elsewhere
    others: Observed


def when_over(
    segments: Segments,
    samples: Samples,
    kind: type[Search] = Search,
    waiting: npt.NDArray[np.uint32] = NONE_WAITING,
) -> Over:
    """All rows, long after the last one."""
    search, elsewhere = kind(native, Stays(enough=0)), Elsewhere()  # type: ignore[arg-type]
    search.feed(segments)
    rest, over = search.rest(1 << 62, len(segments))
    others = see(segments, Folds.empty()).observed(samples)
    elsewhere.see(segments, others)
    held = Held(segments, samples, over, Folds.empty(), waiting)
    return Over(search, held, np.flatnonzero((rest == BYGONE) & over), elsewhere, others)
