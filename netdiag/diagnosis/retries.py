"""Finds the same request again on another connection: a failure that was absorbed."""

from __future__ import annotations

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
    requests, times = scene.once("requests", lambda: _find_requests(scene)).beside(story.connection)
    # A RST is what the client learns it from; silence it may give up on at any time.
    known_ns = asked_ns if story.reset is None else max(asked_ns, failed_ns)
    begin = int(np.searchsorted(times, known_ns, "right"))
    readable = scene.mark(story.request) == Mark.HTTP_REQUEST
    window_ns = RETRY_NS if readable else UNREAD_RETRY_NS
    end = int(np.searchsorted(times, failed_ns + window_ns, "right"))
    for row in requests[begin:end].tolist():
        connection = int(scene.traffic.groups.of_row[row])
        if connection != story.connection and _is_alike(scene, story.request, row):
            after_ns = max(scene.time_ns(row) - failed_ns, 0)
            return Retry(connection, row, after_ns, *_fate(scene, connection, row))
    return None


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

    def beside(self, connection: int) -> tuple[Rows, npt.NDArray[np.int64]]:
        """Rows and times of all requests between the hosts of one connection."""
        pair = int(self.pair[connection])
        mine = slice(int(self.begin[pair]), int(self.begin[pair + 1]))
        return self.row[mine], self.time_ns[mine]


def _find_requests(scene: Scene) -> _Requests:
    table, exchanges = scene.connections, scene.exchanges
    client = table.client_host
    order = np.lexsort((client, table.server))
    differs = np.append(False, table.server[order[1:]] != table.server[order[:-1]])
    differs[1:] |= client[order[1:]] != client[order[:-1]]
    pair = np.empty(len(order), np.int64)
    pair[order] = np.cumsum(differs)
    of = pair[exchanges.connection]
    time_ns = scene.traffic.time_ns[exchanges.request]
    order = np.lexsort((time_ns, of))
    begin = np.searchsorted(of[order], np.arange(int(pair.max()) + 2))
    return _Requests(pair, begin, exchanges.request[order], time_ns[order])


def _is_alike(scene: Scene, one: int, other: int) -> bool:
    if scene.mark(one) == Mark.HTTP_REQUEST:
        return start_line(scene.sample(one)) == start_line(scene.sample(other))
    return bool(scene.traffic.length[one] == scene.traffic.length[other])
