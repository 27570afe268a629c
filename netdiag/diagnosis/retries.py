"""Finds the same request again on another connection: a failure that was absorbed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Rows
from netdiag.decode.marks import Mark
from netdiag.diagnosis.scene import Scene
from netdiag.diagnosis.story import Story
from netdiag.exchanges.heads import start_line

RETRY_NS = 1_500_000_000
"""A client that tries again does so at once, or after a back-off of a second."""

UNREAD_RETRY_NS = 300_000_000
"""Where only lengths can be compared, the next request of that length is often another one."""


SECOND_NS = 1_000_000_000
MOST_SECONDS = 4096
"""Seconds with requests in which one is looked for: nobody tries again after an hour."""


class Retry(Struct, frozen=True):
    """The same request on another connection.

    Attributes:
        connection: row of `Connections`.
        row: row of `Traffic`.
        after_ns: from the failure to the new request.
        outcome: ``answered``, ``failed`` (its connection ended without an answer), or ``unknown``
            (still open when the capture ends).
        status: of the HTTP response, where there is one to be read.
    """

    connection: int
    row: int
    after_ns: int
    outcome: str
    status: int | None


def find_retry(story: Story) -> Retry | None:
    """The next request like the story's, of the same client to the same server, or None."""
    if story.request < 0:
        return None
    return story.scene.once(("retry", story.connection, story.request), lambda: _look_for(story))


def _look_for(story: Story) -> Retry | None:
    scene = story.scene
    failed_ns = failure_ns(story)
    asked_ns = scene.time_ns(story.request)
    known = scene.once("requests", lambda: _find_requests(scene))
    # A RST is what the client learns it from; silence it may give up on at any time.
    known_ns = asked_ns if story.reset is None else max(asked_ns, failed_ns)
    readable = scene.mark(story.request) == Mark.HTTP_REQUEST
    latest_ns = failed_ns + (RETRY_NS if readable else UNREAD_RETRY_NS)
    like = _likeness(scene, story.request, readable)
    for second in known.seconds(story.connection, known_ns, latest_ns):
        for row in _alike(scene, known, second, readable).get(like, ()):
            connection = int(scene.traffic.groups.of_row[row])
            at_ns = scene.time_ns(row)
            if known_ns < at_ns <= latest_ns and connection != story.connection:
                after_ns = max(at_ns - failed_ns, 0)
                return Retry(connection, row, after_ns, *_fate(scene, connection, row))
    return None


def _likeness(scene: Scene, row: int, readable: bool) -> bytes | int:
    """What two requests have in common that are alike: the request line, or else the length."""
    return start_line(scene.sample(row)) if readable else int(scene.traffic.length[row])


def _alike(
    scene: Scene, known: _Requests, second: slice, readable: bool
) -> dict[bytes | int, list[int]]:
    """The requests of one second by what they ask for, sorted out once.

    Where a client has a thousand failures in a second, each looks for its own.
    """

    def sort_out() -> dict[bytes | int, list[int]]:
        found: dict[bytes | int, list[int]] = {}
        for row in known.row[second].tolist():
            found.setdefault(_likeness(scene, row, readable), []).append(row)
        return found

    return scene.once(("alike", second.start, readable), sort_out)


def _fate(scene: Scene, connection: int, row: int) -> tuple[str, int | None]:
    """What became of the repeated request, and the status of its response."""
    exchange = int(np.searchsorted(scene.exchanges.request, row))
    if scene.exchanges.answered[exchange]:
        return "answered", scene.status(int(scene.exchanges.response[exchange]))
    ended = max(scene.endings.close[connection], scene.endings.client_end[connection]) >= row
    return ("failed" if ended or _was_reset(scene, connection) else "unknown"), None


def _was_reset(scene: Scene, connection: int) -> bool:
    """Whether either side reset the connection."""
    table = scene.connections
    return bool(table.server_rst[connection] >= 0 or table.client_rst[connection] >= 0)


def failure_ns(story: Story) -> int:
    """When the client could know that the story's request had failed.

    At the first sign after the request: a close that crossed it may come before the RST.
    """
    scene, asked_ns = story.scene, story.scene.time_ns(story.request)
    close_ns = scene.time_ns(story.close) if story.close >= 0 else -1
    if story.reset is not None:
        reset_ns = scene.time_ns(story.reset.row)
        return min(reset_ns, close_ns) if close_ns >= asked_ns else reset_ns
    if story.outcome == "ignored" and story.close >= 0:
        return max(close_ns, asked_ns)
    return scene.time_ns(int(scene.connections.stop[story.connection]) - 1)


class _Requests(Struct, frozen=True, eq=False):
    """All requests by the two hosts between which they went, in time order.

    Attributes:
        pair: int64 a connection: the number of its client's host and its server, as a pair.
        begin: int64 a pair and one more: where its requests begin.
        row: int64, rows of `Traffic`.
        time_ns: int64, when each was captured.
    """

    pair: Rows
    begin: Rows
    row: Rows
    time_ns: npt.NDArray[np.int64]

    def seconds(self, connection: int, after_ns: int, until_ns: int) -> Iterator[slice]:
        """The requests between the hosts of one connection in that time, second by second.

        At most `MOST_SECONDS`, and those whole.
        """
        pair = int(self.pair[connection])
        begin, stop = int(self.begin[pair]), int(self.begin[pair + 1])
        times = self.time_ns[begin:stop]
        at = int(times.searchsorted(after_ns, "right"))
        for _ in range(MOST_SECONDS):
            if at >= len(times) or times[at] > until_ns:
                return
            second_ns = int(times[at]) // SECOND_NS * SECOND_NS
            first = int(times.searchsorted(second_ns))
            end = first + int(times[first:].searchsorted(second_ns + SECOND_NS))
            yield slice(begin + first, begin + end)
            at = end


def _find_requests(scene: Scene) -> _Requests:
    table, exchanges = scene.connections, scene.exchanges
    client = table.client_host
    order = np.lexsort((client, table.server))
    differs = np.append(False, table.server[order[1:]] != table.server[order[:-1]])
    differs[1:] |= client[order[1:]] != client[order[:-1]]
    pair = np.empty(len(order), np.int64)
    pair[order] = np.cumsum(differs)
    pairs = int(pair.max()) + 1
    of = pair.astype(np.min_scalar_type(pairs))[exchanges.connection]
    time_ns = scene.traffic.time_ns[exchanges.request]
    order = np.argsort(time_ns, kind="stable")
    order = order[np.argsort(of[order], kind="stable")]  # in linear time: few pairs, narrow numbers
    begin = np.append(0, np.cumsum(np.bincount(of, minlength=pairs)))
    return _Requests(pair, begin, exchanges.request[order], time_ns[order])
