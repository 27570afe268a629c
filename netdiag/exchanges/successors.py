"""Finds exchanges that may repeat one that failed in the capture before, to keep their rows.

The same requests alike as `netdiag.exchanges.bystanders` looks for, but after a failure that no row
of this capture shows: where one file of a rotated capture ends, the next one may begin with them.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask, place_in_run
from netdiag.exchanges.bystanders import NEXT
from netdiag.exchanges.likeness import Requests
from netdiag.exchanges.observed import Observed

SOON_NS = 2_000_000_000
"""What failed at the end of one capture may be tried again so soon after the begin of the next."""


def find_successors(seen: Observed, start_ns: int, others: Requests | None = None) -> Mask:
    """Exchanges that may repeat a request of an earlier capture; bool, one an exchange.

    They are the first ones of their kind, and asked for soon after the capture began.

    Args:
        start_ns: when that was.
        others: further exchanges; the answer is for them, and not for those of the tables.
    """
    own = seen.requests
    every = own if others is None else Requests.concatenate([own, others])
    successors = np.zeros(len(every), bool)
    early = np.flatnonzero(every.asked_ns < start_ns + SOON_NS)
    near = every.take(early)
    for samples in (seen.samples, None):
        key = near.keys(samples)
        order = np.lexsort((near.asked_ns, key))
        place = place_in_run(key[order])
        successors[early[order[place < NEXT]]] = True
    return successors if others is None else successors[len(own) :]
