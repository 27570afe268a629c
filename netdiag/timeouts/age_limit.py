"""Finds servers that end connections at a fixed age, however busy they were.

Two ways are known. A timer ends a connection at that age whatever goes on (Envoy
max_connection_duration, gRPC MaxConnectionAge). Others look when they answer: the first response
after that age is the last one (nginx keepalive_time, AWS ALB client_keep_alive.seconds).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows
from netdiag.connections import Connections, Traffic
from netdiag.decode.bygones import Bygones, How
from netdiag.exchanges import Endings, Exchanges, Protocol, Speech
from netdiag.exchanges.table import longest_idle
from netdiag.timeouts.lives import FEWEST, YOUNGEST_NS, Further, Lives, by_timer, extremes, greatest

FEWEST_ENCRYPTED = 5
"""The same where a response may have announced the close unread, as the client had asked."""

DIFFERENT_NUMBERS = 1.25
"""Where the numbers of requests differ by less, they explain the closes as well as the ages do."""


class Closes(Struct, frozen=True, eq=False):
    """Connections that a server ended, which may be because of their age.

    Attributes:
        every: bool, which it ended, after at least one exchange, and not because of their number.
        prompt: bool, those of them that it ended right with a response, unasked.
    """

    every: Mask
    prompt: Mask


def at_age_limit(
    traffic: Traffic,
    connections: Connections,
    speech: Speech,
    exchanges: Exchanges,
    endings: Endings,
    closes: Closes,
    bygones: Bygones,
) -> Mask:
    """Connections that their server ended because of their age; bool.

    Args:
        closes: those that may be.
        bygones: further connections; none of them is.
    """
    begun = connections.syn >= 0
    age = np.full(len(connections), -1, np.int64)
    has = endings.close >= 0
    age[has] = traffic.time_ns[endings.close[has]] - traffic.time_ns[connections.start[has]]
    closed, prompt = closes.every & begun & (age >= YOUNGEST_NS), closes.prompt & begun
    others = bygones.are(How.BY_SERVER) & (bygones.age_ns >= YOUNGEST_NS)
    if np.count_nonzero(closed) + np.count_nonzero(others) < FEWEST:
        return np.zeros(len(connections), bool)
    servers, server = np.unique(connections.server, return_inverse=True)
    further = Further.of(bygones, servers)
    last = traffic.time_ns[connections.stop - 1] - traffic.time_ns[connections.start]
    life = np.where(closed, age, np.where(has, np.minimum(age, last), last))
    begun_ns = traffic.time_ns[connections.start]
    survived_ns = longest_idle(exchanges, endings, np.flatnonzero(exchanges.answered))
    survived = _most(server, survived_ns, further, further.bygones.longest_idle_ns)
    idle = _idle_times(traffic, exchanges, endings, closed)
    closed &= idle <= age  # else the clock was set back meanwhile
    lives = Lives(server, closed, age, life, begun_ns, idle).with_those(further)
    reached = by_timer(lives, survived)[: len(closed)]
    if np.count_nonzero(prompt) < FEWEST:
        return reached
    answered = _last_answers(traffic, connections, exchanges, endings, prompt)
    # Where one of these ended with an answer unasked, none of the others is prompt.
    answered_ns = further.bygones.answered_ns - further.bygones.begun_ns
    latest = _most(server, answered, further, answered_ns)
    fewest = np.where(speech.protocol == Protocol.HTTP1, FEWEST, FEWEST_ENCRYPTED)
    return reached | _by_answer(server, prompt, age, latest, endings, fewest)


def _most(
    server: Rows,
    values: npt.NDArray[np.int64],
    further: Further,
    theirs: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """The greatest value of each server, of all connections; -1 without any; int64."""
    servers, every = np.append(server, further.server), np.append(values, theirs)
    return greatest(servers, every >= 0, every)


def age_limits(
    traffic: Traffic, connections: Connections, endings: Endings, limited: Mask
) -> dict[int, float]:
    """For each server endpoint that ends connections by age, the least age at such a close, in s.

    The limit is no more than that; where the server looks only when it answers, it may be less
    by the time between two answers.
    """
    limits: dict[int, float] = {}
    for row in np.flatnonzero(limited).tolist():
        begun = traffic.time_ns[connections.start[row]]
        age_s = float(traffic.time_ns[endings.close[row]] - begun) / 1e9
        server = int(connections.server[row])
        limits[server] = min(age_s, limits.get(server, age_s))
    return limits


def _by_answer(
    server: Rows,
    prompt: Mask,
    age: npt.NDArray[np.int64],
    latest: npt.NDArray[np.int64],
    endings: Endings,
    fewest: npt.NDArray[np.int64],
) -> Mask:
    """Closes with the first answer after some age, that all connections of the server tell.

    Every answer with a close came later than every one without, after different numbers of
    requests; and the two come close to each other, or it would mean little.

    Args:
        latest: int64, one a server: the greatest age at an answer without a close, in ns.
    """
    earliest, _ = extremes(server, prompt, age)
    completed = endings.before_close - endings.first_exchange + 1 + endings.settled
    fewer, more = extremes(server, prompt, completed)
    fits = np.bincount(server[prompt], minlength=len(latest)) >= greatest(server, prompt, fewest)
    fits &= (fewer >= 1) & (more > fewer * DIFFERENT_NUMBERS) & (earliest >= YOUNGEST_NS)
    fits &= (latest < earliest) & (2 * latest > earliest)
    return prompt & fits[server]


def _idle_times(
    traffic: Traffic, exchanges: Exchanges, endings: Endings, closed: Mask
) -> npt.NDArray[np.int64]:
    """Time from the last answer to the close, whatever was asked in between; int64, ns."""
    idle = np.maximum(endings.idle_ns, 0)
    rows = np.flatnonzero(closed)
    last = endings.before_close[rows]
    rows, last = rows[~exchanges.answered[last]], last[~exchanges.answered[last]]
    asked_ns = traffic.time_ns[exchanges.request[last]]
    idle[rows] = traffic.time_ns[endings.close[rows]] - asked_ns + exchanges.idle_ns[last]
    return idle


def _last_answers(
    traffic: Traffic, connections: Connections, exchanges: Exchanges, endings: Endings, prompt: Mask
) -> npt.NDArray[np.int64]:
    """Age of each connection at its last answer that did not close it, or -1; int64, ns."""
    rows = np.flatnonzero(exchanges.answered & (exchanges.response >= 0))
    connection = exchanges.connection[rows]
    final = prompt[connection] & (rows >= endings.before_close[connection])
    rows, connection = rows[~final], connection[~final]
    ages = np.full(len(connections), -1, np.int64)
    begun_ns = traffic.time_ns[connections.start]
    ages[connection] = traffic.time_ns[exchanges.response[rows]] - begun_ns[connection]  # the last
    has = prompt & (endings.settled_word_ns >= 0)
    return np.where(has, np.maximum(ages, endings.settled_word_ns - begun_ns), ages)
