"""`WellEnded`: connections that came to a good end, and what decides whether they may go.

They are told in two ways: simple ones from a few of their rows (`netdiag.exchanges.singles`), and
what that leaves from tables made of all rows.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from msgspec import Struct

from netdiag.columns import Mask, Rows, among, mask_of
from netdiag.decode.aside import Part
from netdiag.exchanges.courses import Courses
from netdiag.exchanges.elsewhere import Elsewhere
from netdiag.exchanges.endings import find_endings
from netdiag.exchanges.folding import Held, Seen, see
from netdiag.exchanges.good_ends import came_to_a_good_end
from netdiag.exchanges.likeness import Requests
from netdiag.exchanges.noting import further_exchanges
from netdiag.exchanges.observed import Observed
from netdiag.exchanges.search import Search
from netdiag.exchanges.singles import Singles


class WellEnded(Struct, frozen=True, eq=False):
    """Those of the connections that were looked at that came to a good end.

    Attributes:
        courses: how they went.
        elsewhere: bool, one a connection: it was captured twice.
        row: int64, the rows held that are theirs.
        of: int64, whose each of these is: a row of `courses`.
        requests: what was asked on them, and on all that were looked at in tables.
        asked_on: int64, on which of them each was: a row of `courses`, or one past the last.
        seen: those tables.
        at: int64, the rows of the last connections in those tables.
    """

    courses: Courses
    elsewhere: Mask
    row: Rows
    of: Rows
    requests: Requests
    asked_on: Rows
    seen: Seen
    at: Rows

    @classmethod
    def among(
        cls, search: Search, held: Held, rows: Rows, elsewhere: Elsewhere, others: Observed
    ) -> Self:
        """Those that some of the rows held belong to.

        Args:
            search: knows the rows held.
            held: the rows held.
            rows: int64, ascending, of them: of connections that may be such, and are over.
            elsewhere: tells those that were captured twice.
            others: the connections on which something may have failed.
        """
        singles = Singles.among(search, held, rows, elsewhere)
        single, left = np.flatnonzero(singles.of >= 0), rows[singles.of < 0]
        own_folds = among(held.folds.frame, held.segments.frame[left])
        seen = see(held.segments.take(left), held.folds.take(own_folds))
        observed = seen.observed(held.samples, others.end_ns)
        tables = seen.traffic, seen.connections, seen.speech, seen.exchanges
        at, courses = came_to_a_good_end(seen, observed, find_endings(*tables, held.samples))
        free = ~np.isin(courses.frame, held.waiting)
        at, courses = at[free], courses.take(free)
        first, every = len(singles.courses), len(singles.courses) + len(at)
        number = np.full(len(seen.connections), every)
        number[at] = np.arange(first, every)
        of_row = number[seen.traffic.groups.of_row]
        own = np.flatnonzero(of_row < every)
        return cls(
            courses=Courses.concatenate([singles.courses, courses]),
            elsewhere=np.concatenate([np.zeros(first, bool), elsewhere.are(seen)[at]]),
            row=np.concatenate([rows[single], left[seen.traffic.row[own]]]),
            of=np.concatenate([singles.of[single], of_row[own]]),
            requests=Requests.concatenate([singles.requests, observed.requests]),
            asked_on=np.concatenate([np.arange(first), number[seen.exchanges.connection]]),
            seen=seen,
            at=at,
        )

    def rows_of(self, chosen: Mask) -> Rows:
        """The rows held that are of some of them, ascending; int64."""
        return np.sort(self.row[chosen[self.of]])

    def asked_any(self, asked: Mask) -> Mask:
        """Which of them any of some requests was asked on; bool."""
        count = len(self.courses)
        return mask_of(self.asked_on[asked], count + 1)[:count]

    def further_exchanges(self, gone: Mask) -> Part:
        """All exchanges of some of them, but for the first of each."""
        in_tables = self.at[gone[len(gone) - len(self.at) :]]
        return further_exchanges(self.seen, mask_of(in_tables, len(self.seen.connections)))
