"""Finds what a proxy's own client got of a failure between the proxy and its server.

A reverse proxy is the client of one connection and the server of another. The exchange with its
own client began before the failed request and was still open when that failed; and where both can
be read, it asks for the same thing, because a proxy passes the target on (RFC 9112, section 3.2.1)
unless it takes a prefix off. What can't be read is joined by time, if nothing else could be meant.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows, among, distinct
from netdiag.decode.marks import Mark
from netdiag.diagnosis.retries import failure_ns
from netdiag.diagnosis.scene import Scene
from netdiag.diagnosis.story import Story
from netdiag.exchanges import Protocol
from netdiag.exchanges.heads import asks_the_same, field, start_line
from netdiag.exchanges.table import AT_ONCE_NS
from netdiag.timeouts import SHORTEST_IDLE_NS

LONGEST_NS = 120_000_000_000
"""Proxies give up sooner than this (nginx, HAProxy and Envoy after 15 to 60 s)."""

MOST_OPEN, MOST_COMPARED = 4096, 256
"""So many exchanges before a failure are looked at, and so many request lines compared: a proxy
with more requests open at once, which all fail, would have each compared with each."""

CLEARLY_NEARER = 4
"""Of two requests for the same thing the one so many times as near in time is meant."""

FORWARDED = (b"x-forwarded-for", b"forwarded", b"via", b"x-real-ip")
"""Fields by which a proxy says that it is one (RFC 7239; RFC 9110, section 7.6.3)."""

FIRST_ERROR = 500

FRONTS = (Protocol.HTTP1, Protocol.HTTP2, Protocol.TLS)


class PassedOn(Struct, frozen=True):
    """What a proxy's client got.

    Attributes:
        connection: row of `Connections`, that of the proxy with its client.
        request: row of `Traffic` with the client's request.
        row: row with the first byte of the answer, or the close that came instead.
        after_ns: from the failure to that row.
        status: of the answer, where it can be read; None for a close.
        sure: both requests could be read and ask for the same thing.
        inside: the close cut the answer short, as the one behind the proxy was.
    """

    connection: int
    request: int
    row: int
    after_ns: int
    status: int | None
    sure: bool
    inside: bool = False


class _Fronts(Struct, frozen=True, eq=False):
    """Exchanges that may be those of a proxy with its client, by the time of their requests."""

    exchange: Rows
    asked_ns: npt.NDArray[np.int64]
    end: Rows
    end_ns: npt.NDArray[np.int64]


class _Failure(Struct, frozen=True):
    """What failed behind the proxy.

    Attributes:
        asked: row with the request, or with the SYN that was refused.
        failed_ns: when the proxy could know.
        inside: the answer was cut short.
    """

    story: Story
    asked: int
    failed_ns: int
    inside: bool = False

    @property
    def scene(self) -> Scene:
        return self.story.scene

    @property
    def asked_ns(self) -> int:
        return self.scene.time_ns(self.asked)

    @property
    def is_local(self) -> bool:
        """Whether the client's address is one that every host has for itself."""
        client = int(self.scene.connections.client[self.story.connection])
        return self.scene.addresses.address(client).is_loopback

    @property
    def may_come_from_anywhere(self) -> bool:
        """Whether the proxy may have served its own client under another address."""
        return self.is_local or _says_forwarded(self.scene, self.asked)


def request_of(story: Story) -> int:
    """Row with the request that a story is about, also if its answer was cut short; -1 without."""
    before = int(story.scene.endings.before_close[story.connection])
    if story.truncated and before >= 0:
        return int(story.scene.exchanges.request[before])
    return story.request


def _failure(story: Story) -> _Failure | None:
    scene, table, request = story.scene, story.scene.connections, request_of(story)
    if story.truncated and request >= 0:
        return _Failure(story, request, scene.time_ns(story.close), inside=True)
    if request >= 0:
        return _Failure(story, request, failure_ns(story))
    if story.refused:
        reset = int(table.server_rst[story.connection])
        return _Failure(story, int(table.syn[story.connection]), scene.time_ns(reset))
    return None


def find_passed_on(story: Story) -> PassedOn | None:
    """The exchange of the story's client with its own client, if it is a proxy and all is clear."""
    failure = _failure(story)
    if failure is None:
        return None
    scene, asked_ns = story.scene, failure.asked_ns
    fronts = _fronts(scene, failure.inside, failure.may_come_from_anywhere)
    if len(fronts.exchange) == 0:
        return None
    begin, stop = np.searchsorted(fronts.asked_ns, [asked_ns - LONGEST_NS, asked_ns], "right")
    open_ = np.arange(max(begin, stop - MOST_OPEN), stop)
    open_ = open_[fronts.end_ns[open_] >= failure.failed_ns]
    if len(open_) == 0:
        return None
    open_ = open_[_may_be_of_proxy(failure, fronts, open_)]
    index, sure = _same_request(failure, fronts, open_), True
    if index is None:
        index, sure = _same_moment(failure, fronts, open_), False
    if index is None:
        return None
    exchange, end = int(fronts.exchange[index]), int(fronts.end[index])
    return PassedOn(
        connection=int(scene.exchanges.connection[exchange]),
        request=int(scene.exchanges.request[exchange]),
        row=end,
        after_ns=scene.time_ns(end) - failure.failed_ns,
        status=None if failure.inside else scene.status(end),
        sure=sure,
        inside=failure.inside,
    )


def _fronts(scene: Scene, inside: bool, anywhere: bool) -> _Fronts:
    """The exchanges that a failure may have come of, found once."""
    return scene.once(("fronts", inside, anywhere), lambda: _find_fronts(scene, inside, anywhere))


def _find_fronts(scene: Scene, inside: bool, anywhere: bool) -> _Fronts:
    """Exchanges that the server answered, or ended with a close of its own; or with both.

    With both, the close has to come with the answer: one of an idle connection tells nothing of it.
    Unless they may be anywhere, only those of hosts that are clients too, and of loopback: most
    captures have none, and no failure need be compared with anything.
    """
    table, exchanges, traffic = scene.connections, scene.exchanges, scene.traffic
    none = np.iinfo(np.int64).max
    ends = np.minimum(*(np.where(e < 0, none, e) for e in (table.server_fin, table.server_rst)))
    close = ends[exchanges.connection]
    end = close if inside else np.where(exchanges.response >= 0, exchanges.response, close)
    gone = scene.endings.client_end[exchanges.connection]
    fits = (end > exchanges.request) & (end < none) & ((gone < 0) | (end < gone))
    if inside:
        last = scene.endings.before_close[exchanges.connection]
        fits &= (exchanges.response >= 0) & (last == np.arange(len(last)))
        prompt = scene.endings.idle_ns < SHORTEST_IDLE_NS
        fits &= (prompt | scene.endings.truncated)[exchanges.connection]
    if not anywhere:
        hubs = among(table.server >> np.uint64(16), distinct(table.client >> np.uint64(16)))
        fits &= (hubs | _is_loopback(scene, table.server))[exchanges.connection]
    rows = np.flatnonzero(fits)
    asked_ns = traffic.time_ns[exchanges.request[rows]]
    rows = rows[np.argsort(asked_ns, kind="stable")]
    asked_ns = traffic.time_ns[exchanges.request[rows]]
    return _Fronts(rows, asked_ns, end[rows], traffic.time_ns[end[rows]])


def _may_be_of_proxy(failure: _Failure, fronts: _Fronts, open_: Rows) -> Mask:
    """Whether the story's client may be the server of these exchanges.

    It is, by its address; or the address says nothing, and a request or a failure was passed on
    at once.
    """
    story, scene, table = failure.story, failure.scene, failure.scene.connections
    exchange = fronts.exchange[open_]
    connection = scene.exchanges.connection[exchange]
    proxy = table.client[story.connection] >> np.uint64(16)
    server = table.server[connection]
    fits: Mask = (server >> np.uint64(16) == proxy) & (not failure.is_local)
    whole_ns = scene.traffic.time_ns[scene.exchanges.request_end[exchange]]
    prompt = failure.asked_ns - whole_ns <= AT_ONCE_NS
    prompt |= fronts.end_ns[open_] - failure.failed_ns <= AT_ONCE_NS
    fits |= prompt & (failure.may_come_from_anywhere | _is_loopback(scene, server))
    fits &= server != table.server[story.connection]
    fits &= table.same_as[connection] != table.same_as[story.connection]
    # Of several legs that fit the nearest to the client will do.
    nearest = table.same_as[connection]
    fits &= (nearest == connection) | ~np.isin(nearest, connection[fits])
    return fits


def _is_loopback(scene: Scene, endpoint: npt.NDArray[np.uint64]) -> Mask:
    """Whether it is an address that the capturing host has for itself, as its proxies may use."""
    hosts, inverse = np.unique(endpoint >> np.uint64(16), return_inverse=True)
    own = [scene.addresses.address(host << 16).is_loopback for host in hosts.tolist()]
    return np.array(own, bool)[inverse]


def _says_forwarded(scene: Scene, request: int) -> bool:
    if scene.mark(request) != Mark.HTTP_REQUEST:
        return False
    sample = scene.sample(request)
    lowered = sample.lower()
    return any(name in lowered and field(sample, name) is not None for name in FORWARDED)


def _same_request(failure: _Failure, fronts: _Fronts, open_: Rows) -> int | None:
    """Of the open exchanges the one with the same request line; None where several may be."""
    scene = failure.scene
    if scene.mark(failure.asked) != Mark.HTTP_REQUEST:
        return None
    line = start_line(scene.sample(failure.asked))
    requests = scene.exchanges.request[fronts.exchange[open_]]
    readable = np.flatnonzero(scene.traffic.mark[requests] == Mark.HTTP_REQUEST)[-MOST_COMPARED:]
    alike = [
        index
        for index, row in zip(open_[readable].tolist(), requests[readable].tolist(), strict=True)
        if asks_the_same(line, start_line(scene.sample(row)))
    ]
    return _nearest(failure, fronts, alike)


def _nearest(failure: _Failure, fronts: _Fronts, alike: list[int]) -> int | None:
    """The last one before the story's request; proxies behind one another have one each."""
    scene = failure.scene
    server = scene.connections.server[scene.exchanges.connection[fronts.exchange[alike]]]
    front = [i for i, own in zip(alike, server.tolist(), strict=True) if own == server[-1]]
    if len(front) < 2:
        return front[0] if front else None
    first, second = (failure.asked_ns - int(fronts.asked_ns[index]) for index in front[:-3:-1])
    return front[-1] if second >= CLEARLY_NEARER * max(first, 1) else None


def _same_moment(failure: _Failure, fronts: _Fronts, open_: Rows) -> int | None:
    """The one open exchange that can't be compared, began just before and ended just after."""
    scene = failure.scene
    exchange = fronts.exchange[open_]
    protocol = scene.speech.protocol[scene.exchanges.connection[exchange]]
    fits = np.isin(protocol, FRONTS)
    if failure.story.is_http:
        fits &= protocol != Protocol.HTTP1
    fits &= failure.asked_ns - fronts.asked_ns[open_] <= AT_ONCE_NS
    fits &= fronts.end_ns[open_] - failure.failed_ns <= AT_ONCE_NS
    if failure.story.refused:
        fits &= _failed(scene, fronts.end[open_])
    return int(open_[fits][0]) if fits.sum() == 1 else None


def _failed(scene: Scene, answer: Rows) -> Mask:
    """Whether these are answers that say that the server failed (RFC 9110, section 15.6)."""
    failed: Mask = scene.traffic.mark[answer] == Mark.HTTP_RESPONSE
    failed &= scene.traffic.segments.detail[scene.traffic.row[answer]] >= FIRST_ERROR
    return failed
