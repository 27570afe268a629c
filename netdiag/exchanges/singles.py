"""`find_singles`: connections with one exchange in HTTP/1 and nothing out of the ordinary.

Where clients pool no connections most are such, by the hundred thousand. A compiled pass along
their rows tells them (`netdiag/native/fold_singles.c`), and of each a few of these say all that
`netdiag.exchanges.good_ends` asks of tables that would have to be made of all.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Columns, Mask, Rows
from netdiag.decode.segments import Segments
from netdiag.exchanges.courses import Courses, answered_well, ended_in_time
from netdiag.exchanges.elsewhere import Elsewhere
from netdiag.exchanges.folding import Held
from netdiag.exchanges.framings import Framings, Heads
from netdiag.exchanges.good_ends import PATIENCE_NS
from netdiag.exchanges.likeness import Requests, pairs
from netdiag.exchanges.role import Protocol
from netdiag.exchanges.search import Search
from netdiag.exchanges.truncation import are_cut, may_have_body

_NO_PORT = ~np.uint64(0xFFFF)


class Told(Columns, frozen=True, eq=False):
    """The segments that tell of each, one row a connection; int64, rows of the segments held.

    Columns:
        begun: its SYN.
        syn_ack: the SYN/ACK.
        acked: the ACK of that.
        request: the request, in one segment.
        response: the first one of the response.
        word: the last one of the response.
        close: the server's FIN.
        left: the client's FIN.
        last: the last one of all.
    """

    begun: Rows
    syn_ack: Rows
    acked: Rows
    request: Rows
    response: Rows
    word: Rows
    close: Rows
    left: Rows
    last: Rows


class Singles(Struct, frozen=True, eq=False):
    """Those of some connections that came to a good end.

    Attributes:
        courses: how they went.
        requests: what they asked, one row each.
        of: int32, for each of the rows that were asked about the number of its connection among
            these; -1 for rows of others.
    """

    courses: Courses
    requests: Requests
    of: npt.NDArray[np.int32]

    @classmethod
    def among(cls, search: Search, held: Held, rows: Rows, elsewhere: Elsewhere) -> Self:
        """Those that some of the rows held belong to.

        Args:
            held: the rows held.
            rows: int64, ascending, of them: of connections that may be such, and are over.
            elsewhere: tells those that were captured twice.
        """
        segments, samples = held.segments, held.samples
        found, of = search.singles(segments, rows)
        told = Told(*found)
        heads = Heads(samples)
        says = heads.read(segments.sample[told.response])
        bodied = may_have_body(segments.detail[told.response], segments.detail[told.request])
        announced = says.closes | (bodied & says.is_unframed)
        asked_for = announced & heads.read(segments.sample[told.request]).closes
        courses = _courses(told, segments, announced, asked_for)
        good = (courses.round_trip_ns < PATIENCE_NS) & ended_in_time(courses)
        good &= answered_well(courses)
        good &= ~(courses.by_server & bodied & _are_cut(told, segments, says))
        good &= ~elsewhere.were_seen(segments, told.syn_ack, told.request)
        good &= ~np.isin(courses.frame, held.waiting)
        number = np.append(np.where(good, np.cumsum(good) - 1, -1), -1).astype(np.int32)
        courses, told = courses.take(good), told.take(good)
        return cls(courses, _requests(told, segments, courses), number[of])


def _courses(told: Told, segments: Segments, announced: Mask, asked_for: Mask) -> Courses:
    time_ns = segments.time_ns
    begun_ns, asked_ns = time_ns[told.begun], time_ns[told.request]
    word_ns = time_ns[told.word]
    by_server = told.close < told.left
    return Courses(
        frame=segments.frame[told.begun],
        client=segments.source[told.begun],
        server=segments.destination[told.begun],
        begun_ns=begun_ns,
        to_server_ns=time_ns[told.syn_ack] - begun_ns,
        round_trip_ns=time_ns[told.acked] - begun_ns,
        asked_ns=asked_ns,
        last_asked_ns=asked_ns,
        answered_ns=time_ns[told.response],
        said_ns=word_ns,
        word_ns=word_ns,
        went_on_ns=begun_ns - 1,
        close_ns=time_ns[told.close],
        left_ns=time_ns[told.left],
        last_ns=time_ns[told.last],
        by_server=by_server,
        end_frame=segments.frame[np.where(by_server, told.close, told.left)],
        announced=announced,
        asked_for=asked_for,
        protocol=np.full(len(told), Protocol.HTTP1, np.uint8),
        status=segments.detail[told.response].astype(np.uint16),
        exchanges=np.ones(len(told), np.int64),
        longest_idle_ns=np.full(len(told), -1, np.int64),
    )


def _are_cut(told: Told, segments: Segments, says: Framings) -> Mask:
    """Those that ended inside the body of the response, if it has one; bool."""
    sequence = segments.sequence
    sent = (sequence[told.close] - sequence[told.response]).astype(np.int64)
    return are_cut(says, sent, segments.tail[told.word])


def _requests(told: Told, segments: Segments, courses: Courses) -> Requests:
    return Requests(
        asked_ns=courses.asked_ns,
        answered_ns=courses.answered_ns,
        pair=pairs(courses.client & _NO_PORT, courses.server),
        length=segments.length[told.request].astype(np.int64),
        sample=segments.sample[told.request],
    )
