"""Finds servers that end connections at a fixed age, however busy they were.

Two ways are known. A timer ends a connection at that age whatever goes on (Envoy
max_connection_duration, gRPC MaxConnectionAge). Others look when they answer: the first response
after that age is the last one (nginx keepalive_time, AWS ALB client_keep_alive.seconds).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows
from netdiag.connections import Connections, Traffic
from netdiag.exchanges import Endings, Exchanges, Protocol, Speech
from netdiag.exchanges.table import longest_idle

FEWEST = 3
"""Fewer connections than this may have reached the same age by chance."""

FEWEST_ENCRYPTED = 5
"""The same where a response may have announced the close unread, as the client had asked."""

SAME_AGE_NS = 1_100_000_000
"""Ages at one timer lie this close together: the coarsest that was seen ticks once a second."""

SAME_AGE_SHARE = 0.05
"""And no further apart than this share of the age."""

SPREAD_SHARE = 0.2
FEWEST_SPREAD = 8
"""From so many on, ages may lie this share apart: gRPC takes or adds a tenth at random."""

YOUNGEST_NS = 1_000_000_000
"""Nobody limits the life of connections to less than a second."""

BY_CHANCE = 1e-4
"""So unlikely must it be that ends at a constant rate bring the greatest ages so close together."""

DIFFERENT_NUMBERS = 1.25
"""Where the numbers of requests differ by less, they explain the closes as well as the ages do."""

IDLE_RATIO = 1.35
"""Idle times that differ by less than this and a second may be those of one idle timer that
looks only now and then (30 s on 120 s, waitress)."""


def at_age_limit(
    traffic: Traffic,
    connections: Connections,
    speech: Speech,
    exchanges: Exchanges,
    endings: Endings,
    closed: Mask,
    prompt: Mask,
) -> Mask:
    """Connections that their server ended because of their age; bool.

    Args:
        closed: which connections the server ended, after at least one exchange, and not because
            of their number.
        prompt: those of them that it ended right with a response, unasked.
    """
    begun = connections.syn >= 0
    age = np.full(len(connections), -1, np.int64)
    has = endings.close >= 0
    age[has] = traffic.time_ns[endings.close[has]] - traffic.time_ns[connections.start[has]]
    closed, prompt = closed & begun & (age >= YOUNGEST_NS), prompt & begun
    if np.count_nonzero(closed) < FEWEST:
        return np.zeros(len(connections), bool)
    _, server = np.unique(connections.server, return_inverse=True)
    last = traffic.time_ns[connections.stop - 1] - traffic.time_ns[connections.start]
    life = np.where(closed, age, np.where(has, np.minimum(age, last), last))
    begun_ns = traffic.time_ns[connections.start]
    survived = _greatest(server, server >= 0, _longest_survived(exchanges, endings))
    idle = _idle_times(traffic, exchanges, endings, closed)
    closed &= idle <= age  # else the clock was set back meanwhile
    reached = _by_timer(server, closed, age, life, begun_ns, idle, survived)
    if np.count_nonzero(prompt) < FEWEST:
        return reached
    answered = _last_answers(traffic, connections, exchanges, endings, prompt)
    fewest = np.where(speech.protocol == Protocol.HTTP1, FEWEST, FEWEST_ENCRYPTED)
    return reached | _by_answer(server, prompt, age, answered, endings, fewest)


def _longest_survived(exchanges: Exchanges, endings: Endings) -> npt.NDArray[np.int64]:
    """The longest idle time of each connection that it worked after, -1 without any; int64, ns."""
    longest = endings.settled_idle_ns.copy()
    each, longest_ns = longest_idle(exchanges, endings, np.flatnonzero(exchanges.answered))
    longest[each] = longest_ns
    return longest


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


def _by_timer(
    server: Rows,
    closed: Mask,
    age: npt.NDArray[np.int64],
    life: npt.NDArray[np.int64],
    begun_ns: npt.NDArray[np.int64],
    idle: npt.NDArray[np.int64],
    survived: npt.NDArray[np.int64],
) -> Mask:
    """Closes at the greatest age that any connection of the server reached, on several of them.

    An idle timer must not explain them: their idle times are too different, or others survived
    longer ones. And they must have begun at different times: what began together and ends
    together may have met a restart.
    """
    oldest = _greatest(server, np.ones(len(age), bool), life)
    span = (oldest * SPREAD_SHARE).astype(np.int64)
    reached = closed & (age >= (oldest - span)[server])
    few = np.bincount(server[reached], minlength=len(oldest)) < FEWEST_SPREAD
    span[few] = np.minimum(oldest[few] * SAME_AGE_SHARE, SAME_AGE_NS).astype(np.int64)
    reached = closed & (age >= (oldest - span)[server])
    least, most = _extremes(server, reached, idle)
    first, last = _extremes(server, reached, begun_ns)
    youngest, eldest = _extremes(server, reached, age)
    fits = np.bincount(server[reached], minlength=len(oldest)) >= FEWEST
    fits &= np.maximum(most, survived) > IDLE_RATIO * least + SAME_AGE_NS
    fits &= last - first > np.maximum(2 * (eldest - youngest), YOUNGEST_NS)
    if fits.any():
        fits &= _chance(server, closed, reached, life, oldest, span) <= BY_CHANCE
    return reached & fits[server]


def _chance(
    server: Rows,
    closed: Mask,
    reached: Mask,
    life: npt.NDArray[np.int64],
    oldest: npt.NDArray[np.int64],
    span: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """How likely each server's greatest ages lie within `span` without any limit; float64.

    Among many connections that end at any age some are the oldest, and lie near each other. Where
    ends come at a constant rate, the greatest n of all ages lie within a span with a probability
    of (1 - exp(-rate * span)) ** (n - 1) (Rényi, On the theory of order statistics, 1953). The
    rate is that of the second half of the longest life, before the span.
    """
    half, edge = oldest / 2, (oldest - span).astype(np.float64)
    exposed = np.clip(life, half[server], edge[server]) - half[server]
    exposure = np.bincount(server, exposed, minlength=len(oldest))
    earlier = closed & (life >= half[server]) & (life < edge[server])
    ends = np.bincount(server[earlier], minlength=len(oldest))
    rate = ends / np.maximum(exposure, 1)
    others = np.bincount(server[reached], minlength=len(oldest)) - 1
    chance: npt.NDArray[np.float64] = -np.expm1(-rate * span)
    return chance ** np.maximum(others, 1)


def _by_answer(
    server: Rows,
    prompt: Mask,
    age: npt.NDArray[np.int64],
    answered: npt.NDArray[np.int64],
    endings: Endings,
    fewest: npt.NDArray[np.int64],
) -> Mask:
    """Closes with the first answer after some age, that all connections of the server tell.

    Every answer with a close came later than every one without, after different numbers of
    requests; and the two come close to each other, or it would mean little.
    """
    latest = _greatest(server, answered >= 0, answered)
    earliest, _ = _extremes(server, prompt, age)
    completed = endings.before_close - endings.first_exchange + 1 + endings.settled
    fewer, more = _extremes(server, prompt, completed)
    fits = np.bincount(server[prompt], minlength=len(latest)) >= _greatest(server, prompt, fewest)
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


def _greatest(group: Rows, chosen: Mask, values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The greatest chosen value of each group, -1 without any; int64."""
    greatest = np.full(int(group.max(initial=-1)) + 1, -1, np.int64)
    np.maximum.at(greatest, group[chosen], values[chosen])
    return greatest


def _extremes(
    group: Rows, chosen: Mask, values: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The least and the greatest chosen value of each group; -1 and -1 without any; int64."""
    greatest = _greatest(group, chosen, values)
    least = greatest.copy()
    np.minimum.at(least, group[chosen], values[chosen])
    return least, greatest
