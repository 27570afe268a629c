"""`Timer`: how a program notices that a connection has been idle for too long; the known kinds.

The observation model: an idle close comes ``T + tick + lateness + path`` after the last byte.
``T`` is the timeout. ``tick`` is uniform between 0 and the timer's granularity, since traffic and
the timer's phase have nothing to do with each other. ``lateness`` is what the program and its
scheduler add, most of it the same each time. ``path`` is how much later or earlier the close
arrived than the response had, which matters where the capture was taken far from the closing side.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import median

JITTER_S = 0.005
"""What scheduling takes from a gap at most, and usually adds."""

LATE_S = 0.065
"""How late programs were seen to act on a timer that does not tick: nginx up to 66 ms, Tomcat
53, cheroot 66."""

LATE_SHARE = 0.0002
"""The same for long timeouts: clocks of two machines, and timers that are allowed to slack."""

FAR_S = 0.002
"""A path to the closing side with a longer round trip than this can shorten gaps, too."""

JITTER_OF_PATH = 0.25
"""How much of a round trip may vary: a late response shortens a gap, a late FIN lengthens it."""

RETRANSMITTED_S = 0.35
"""A response or FIN that was sent again comes later by a retransmission timeout: a round trip and
at least 200 ms on Linux, 300 ms on Windows (RFC 6298 asks for a second)."""

TICK_SLACK = 0.02
"""A sweep takes time itself, so the next one comes later than planned."""


class Timer(Struct, frozen=True):
    """One kind of timer.

    Attributes:
        granularity_s: how often it looks; 0 for a timer of the event loop, which does not tick.
        share: how common it is among servers and clients: the prior.
        is_woken: other events make it look as well, so that it often is on time.
        shift_s: how much later than set it acts at the earliest; negative: earlier.
    """

    granularity_s: float
    share: float
    is_woken: bool = False
    shift_s: float = 0.0

    @property
    def is_on_time(self) -> bool:
        """It does not tick, or often acts without waiting for the tick."""
        return self.granularity_s == 0 or self.is_woken


TIMERS = (
    Timer(0, 0.70),
    Timer(0.25, 0.005),
    Timer(1, 0.12),
    Timer(1, 0.04, is_woken=True),
    Timer(2, 0.04),
    Timer(2, 0.01, is_woken=True),
    Timer(5, 0.02),
    Timer(10, 0.03),
    Timer(30, 0.025),
    Timer(60, 0.01),
)
"""Of 22 products whose closes were measured or whose source was read, 15 act on time (nginx,
HAProxy, Apache httpd, uvicorn, hypercorn, Caddy, Go, Node.js, aiohttp, sanic, granian, cheroot,
gunicorn's gevent, PostgreSQL, MariaDB), four look once a second or two (gunicorn's threads,
Redis, lighttpd, Tomcat; the first and the last of them also whenever something else wakes them),
java.net.HttpURLConnection every 5 s, com.sun.net.httpserver every 10 s and waitress every 30 s. A
granularity in between is taken for the next coarser one, which widens the range."""


class Noise(Struct, frozen=True):
    """What lies between an exact timer and the gap that a capture shows, in seconds.

    Attributes:
        early_s: by how much a gap may be too short.
        core_s: what mostly is added.
        late_s: what may be added.
        lost_s: by how much a segment that was sent again falsifies a gap; 0 beside the server.
    """

    early_s: float
    core_s: float
    late_s: float
    lost_s: float

    @classmethod
    def over(cls, path_s: float, gap_s: float) -> Noise:
        """Of a path with this round trip, for gaps of about this length."""
        late_s = LATE_S + LATE_SHARE * gap_s
        if path_s <= FAR_S:
            return cls(JITTER_S, JITTER_S, late_s, 0.0)
        jitter_s = max(JITTER_S, path_s * JITTER_OF_PATH)
        return cls(jitter_s, jitter_s + JITTER_S, late_s + jitter_s, RETRANSMITTED_S + path_s)

    @property
    def is_far(self) -> bool:
        """The path shortens gaps as well as it lengthens them."""
        return self.lost_s > 0

    @property
    def peak_per_s(self) -> float:
        """Density of a gap where an exact timer most likely puts it."""
        return _ON_TIME / self.core_s

    def where(self, gaps: npt.NDArray[np.float64]) -> float:
        """Where sorted gaps of an exact timer (float64, seconds) lie as a whole.

        Nothing makes it early, so the least gap says most; from afar the median does.
        """
        return median(gaps) if self.is_far else float(gaps[0])

    def log_place(self, gap_s: float, timeout_s: float) -> float:
        """Logarithm of the density, per second, of gaps of an exact timer being there."""
        late_s = gap_s - timeout_s
        if late_s < -self.early_s - 1e-9 or late_s > self.late_s + 1e-9:
            return -math.inf
        if late_s < -1e-9:
            return math.log((_ON_TIME if self.is_far else _EARLY) / self.early_s)
        if late_s <= self.core_s:
            return math.log(_ON_TIME / self.core_s)
        return math.log(_LATE / (self.late_s - self.core_s))

    def log_spread(self, gaps: npt.NDArray[np.float64]) -> float:
        """Logarithm of the density of all sorted gaps of an exact timer but one, given that one."""
        if len(gaps) < 2:
            return 0.0
        if gaps[-1] - gaps[0] <= self.core_s:
            near = len(gaps) - 1
        else:
            low, high = np.searchsorted(gaps, self.where(gaps) + self.core_s * np.array([-1, 1]))
            near = max(int(high - low) - 1, 0)
        far = len(gaps) - 1 - near
        return near * math.log(self.peak_per_s) + far * math.log(_LATE / self.late_s)


_EARLY, _ON_TIME, _LATE = 0.05, 0.6, 0.35
"""Shares of the closes of exact timers."""
