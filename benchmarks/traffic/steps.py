"""What connections say, step by step: `Step`, `Talk`, and a `Script` of both as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.traffic.packets import ACK, FIN, SYN, Ints
from benchmarks.traffic.texts import Texts


@dataclass(frozen=True, slots=True)
class Step:
    """One packet of a connection.

    Attributes:
        by_client: whether the client sends it.
        flags: its TCP flags.
        text: the pool of `Texts` that its payload is from; "" for none.
        least_us: it comes at least so long after the one before it,
        mean_us: and on average so much longer, exponentially distributed.
    """

    by_client: bool
    flags: int
    text: str = ""
    least_us: int = 20
    mean_us: int = 300


def client(flags: int, text: str = "", least_us: int = 20, mean_us: int = 300) -> Step:
    """Return a packet from the client."""
    return Step(True, flags, text, least_us, mean_us)


def server(flags: int, text: str = "", least_us: int = 20, mean_us: int = 300) -> Step:
    """Return a packet from the server."""
    return Step(False, flags, text, least_us, mean_us)


Part = tuple[Step, ...]

HANDSHAKE: Part = (client(SYN), server(SYN | ACK), client(ACK))
SERVER_CLOSES: Part = (server(FIN | ACK), client(FIN | ACK), server(ACK))
STAYS_OPEN: Part = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """What the connections of a shape have in common.

    Attributes:
        opening: how each begins.
        exchanges: what may follow, any number of times, and how often each is meant to.
        closings: how it may end, and how often each is meant to.
        mean_exchanges: how many exchanges a connection has, geometrically distributed.
        between_us: mean time from one connection's start to the next one's.
        at_once: how many connections begin at the start of the capture.
    """

    opening: Part
    exchanges: Mapping[Part, float]
    closings: Mapping[Part, float]
    mean_exchanges: float
    between_us: float
    at_once: int = 1


@dataclass(frozen=True, slots=True)
class Script:
    """Steps of several parts as columns, one row a step; see `Step`.

    Attributes:
        first: int64, the row at which each part begins.
        size: int64, the rows of each part.
    """

    by_client: Ints
    flags: Ints
    first_text: Ints
    texts: Ints
    least_us: Ints
    mean_us: Ints
    first: Ints
    size: Ints

    @classmethod
    def of(cls, parts: Sequence[Part], texts: Texts) -> Script:
        """Lay parts out in the order given."""
        steps = [step for part in parts for step in part]
        pools = [texts.pools[step.text] if step.text else (-1, 1) for step in steps]
        size = np.array([len(part) for part in parts], np.int64)
        return cls(
            by_client=np.array([step.by_client for step in steps], np.int64),
            flags=np.array([step.flags for step in steps], np.int64),
            first_text=np.array([first for first, _ in pools], np.int64),
            texts=np.array([count for _, count in pools], np.int64),
            least_us=np.array([step.least_us for step in steps], np.int64),
            mean_us=np.array([step.mean_us for step in steps], np.int64),
            first=np.cumsum(size) - size,
            size=size,
        )
