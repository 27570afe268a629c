"""`Courses`: when what came to pass on connections that both sides have ended.

Numbers alone, so that it makes no difference from which tables they were taken: of all that a
connection's rows say, this decides whether it came to a good end, and what is remembered of it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Mask, Rows
from netdiag.decode.bygones import Bygones, How
from netdiag.decode.pooled import Pooled
from netdiag.exchanges.role import Protocol

Times = npt.NDArray[np.int64]

PROMPT_NS = 250_000_000
"""A close sooner than this after a response belongs to the response, not to a timer."""

QUICKLY_NS = 1_000_000_000
"""So quickly the last request was answered, and what follows on an end is done."""

DWELL_NS = 500_000_000
"""A client that ends its side later than this after its server has not looked at the connection."""

REQUEST_TIMEOUT = 408


class Courses(Columns, frozen=True, eq=False):
    """One row a connection, with a request that was answered; from its SYN on.

    Columns:
        frame: uint32, its first frame.
        client: uint64, endpoint that opened it.
        server: uint64, endpoint that answered.
        begun_ns: int64, time of its SYN.
        to_server_ns: int64, as in `Connections`.
        round_trip_ns: int64, as in `Connections`.
        asked_ns: int64, when its first request began.
        last_asked_ns: int64, when its last request did.
        answered_ns: int64, when the response to that began.
        went_on_ns: int64, when the last response but one began; before it all, where there is none.
        said_ns: int64, when the last segment of that response was captured.
        word_ns: int64, when the last word was said before the server's end.
        close_ns: int64, of the server's FIN, or of the close_notify before that.
        left_ns: int64, of what ended the client's side.
        last_ns: int64, of its last segment.
        by_server: bool, the server ended it first.
        end_frame: uint32, what the first of both ended it with.
        announced: bool, the last response says that the connection ends.
        asked_for: bool, and the request had asked for that.
        protocol: uint8, a `Protocol`.
        status: uint16, of the last response; 0 in TLS.
        exchanges: int64, how many it carried.
        longest_idle_ns: int64, the longest idle time before one of its requests; -1 with only one.
    """

    frame: npt.NDArray[np.uint32]
    client: npt.NDArray[np.uint64]
    server: npt.NDArray[np.uint64]
    begun_ns: Times
    to_server_ns: Times
    round_trip_ns: Times
    asked_ns: Times
    last_asked_ns: Times
    answered_ns: Times
    went_on_ns: Times
    said_ns: Times
    word_ns: Times
    close_ns: Times
    left_ns: Times
    last_ns: Times
    by_server: Mask
    end_frame: npt.NDArray[np.uint32]
    announced: Mask
    asked_for: Mask
    protocol: npt.NDArray[np.uint8]
    status: npt.NDArray[np.uint16]
    exchanges: Rows
    longest_idle_ns: Times


def ended_in_time(courses: Courses) -> Mask:
    """Those that neither side kept waiting, before the end and after it; bool."""
    word_ns, left_ns = courses.word_ns, courses.left_ns
    end_ns = np.minimum(courses.close_ns, left_ns)
    in_time: Mask = word_ns - courses.last_asked_ns < QUICKLY_NS
    in_time &= (end_ns >= word_ns) & (courses.last_ns - end_ns < QUICKLY_NS)
    in_time &= left_ns - end_ns < DWELL_NS
    # An end that was announced belongs to the answer, however late it comes.
    return in_time & ~(courses.announced & (end_ns - word_ns >= PROMPT_NS))


def answered_well(courses: Courses) -> Mask:
    """Those whose last answer, in clear, says nothing of the connection; bool."""
    in_clear = courses.protocol == Protocol.HTTP1
    well: Mask = ~in_clear | (courses.status > 0) & (courses.status != REQUEST_TIMEOUT)
    return well


def went_on_ns(courses: Courses, found: Bygones) -> Times:
    """When the last response began that didn't end a connection; int64.

    That is the last one, unless it may have.

    Args:
        found: what is remembered of them.
    """
    return np.where(found.are(How.UNASKED), courses.went_on_ns, courses.answered_ns)


def note(courses: Courses) -> Bygones:
    """What is remembered of these connections."""
    end_ns = np.where(courses.by_server, courses.close_ns, courses.left_ns)
    idle_ns = end_ns - courses.word_ns
    idle = idle_ns >= PROMPT_NS
    # What a server says unasked before it closes may be its farewell, if it can't be read.
    is_whole = (courses.protocol == Protocol.HTTP1) | (
        courses.said_ns - courses.answered_ns < PROMPT_NS
    )
    how = courses.by_server * np.uint8(How.BY_SERVER)
    prompt = courses.by_server & ~idle & is_whole & ~courses.asked_for
    how |= prompt * np.uint8(How.UNASKED) | idle * np.uint8(How.IDLE)
    return Bygones(
        capture=np.zeros(len(courses), np.uint16),
        frame=courses.frame,
        client=courses.client,
        server=courses.server,
        begun_ns=courses.begun_ns,
        closed_ns=courses.close_ns,
        ended_after_ns=(courses.last_ns - courses.close_ns).astype(np.uint32),
        end_before_ns=(courses.close_ns - end_ns).astype(np.uint32),
        idle_ns=idle_ns,
        answering_ns=(courses.word_ns - courses.answered_ns).astype(np.uint32),
        waiting_ns=(courses.answered_ns - courses.last_asked_ns).astype(np.uint32),
        to_server_ns=courses.to_server_ns.astype(np.uint32),
        round_trip_ns=courses.round_trip_ns.astype(np.uint32),
        how=how,
        protocol=courses.protocol,
        status=courses.status,
        pooled=_pooled(courses, np.flatnonzero(idle | (courses.exchanges > 1))),
    )


def _pooled(courses: Courses, rows: Rows) -> Pooled:
    return Pooled(
        row=rows.astype(np.uint32),
        asked_ns=courses.asked_ns[rows],
        longest_idle_ns=courses.longest_idle_ns[rows],
        exchanges=courses.exchanges[rows].astype(np.uint32),
        end_frame=courses.end_frame[rows],
    )
