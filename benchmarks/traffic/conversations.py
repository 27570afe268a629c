"""From a `Talk` to `Packets`: connections with consistent sequence numbers, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.traffic.packets import ACK, FIN, SYN, Ints, Mask, Packets
from benchmarks.traffic.steps import Script, Talk
from benchmarks.traffic.texts import Texts

START_US = 1_700_000_000_000_000
BATCH_PACKETS = 100_000
"""About so many packets are made at once."""


@dataclass(frozen=True, slots=True)
class Open:
    """Connections as they stand before their next packet, one row each.

    Attributes:
        number: int64, the connections' numbers.
        time_us: int64, when their last packet was.
        sent: int64 (2, connections), the next sequence number of client and server.
    """

    number: Ints
    time_us: Ints
    sent: Ints


def batches(rng: np.random.Generator, talk: Talk, texts: Texts) -> Iterator[Packets]:
    """Connections without end, some at a time, in the order in which they begin.

    The packets of a batch are sorted by connection; none of a later batch lies before the first
    of this one.
    """
    script = Script.of([talk.opening, *talk.exchanges, *talk.closings], texts)
    size = len(talk.opening) + talk.mean_exchanges * max(map(len, talk.exchanges))
    first, now_us = 0, float(START_US)
    while True:
        count = max(int(BATCH_PACKETS / size), 1)
        pause = rng.exponential(talk.between_us, count)
        pause[: max(talk.at_once - first, 0)] = 100.0
        start_us = now_us + np.cumsum(pause)
        new = Open(
            number=np.arange(first, first + count),
            time_us=start_us.astype(np.int64),
            sent=rng.integers(0, 1 << 32, (2, count)),
        )
        parts, turns = _parts(rng, talk, count)
        yield expand(rng, script, texts, new, parts, turns)[0]
        first, now_us = first + count, float(start_us[-1])


def _parts(rng: np.random.Generator, talk: Talk, count: int) -> tuple[Ints, Ints]:
    """Which parts of the script `count` connections have, one after the other, and how many."""
    exchanges = rng.geometric(1 / talk.mean_exchanges, count)
    turns = exchanges + 2
    end = np.cumsum(turns)
    parts = 1 + _choose(rng, list(talk.exchanges.values()), int(end[-1]))
    parts[end - turns] = 0
    closings = _choose(rng, list(talk.closings.values()), count)
    parts[end - 1] = 1 + len(talk.exchanges) + closings
    return parts, turns


def _choose(rng: np.random.Generator, weights: Sequence[float], count: int) -> Ints:
    edges = np.cumsum(weights) / np.sum(weights)
    return np.searchsorted(edges, rng.random(count), side="right").clip(max=len(weights) - 1)


def expand(
    rng: np.random.Generator, script: Script, texts: Texts, now: Open, parts: Ints, turns: Ints
) -> tuple[Packets, Open]:
    """Say what comes next on some connections.

    Args:
        rng: where chance comes from.
        script: the parts.
        texts: the payloads that the script refers to.
        now: the connections, at least one.
        parts: numbers of parts of the script, those of the first connection first.
        turns: how many parts each connection has; they must have at least one packet together.

    Returns:
        The packets, sorted by connection, and the connections as they stand after them.
    """
    size = script.size[parts]
    row = np.arange(int(size.sum()))
    step = np.repeat(script.first[parts] - (np.cumsum(size) - size), size) + row
    rows = np.add.reduceat(size, np.cumsum(turns) - turns)
    connection, last = np.repeat(np.arange(len(rows)), rows), np.cumsum(rows) - 1
    first = last + 1 - rows

    by_client = script.by_client[step].astype(bool)
    flags = script.flags[step]
    text = script.first_text[step] + (rng.random(len(row)) * script.texts[step]).astype(np.int64)
    used = np.where(text >= 0, texts.length[text], 0) + ((flags & (SYN | FIN)) > 0)
    mine, after = [], np.empty_like(now.sent)
    for side, sends in ((0, by_client), (1, ~by_client)):
        total = np.cumsum(used * sends)
        before = total - used * sends
        origin = now.sent[side] - before[first]
        mine.append(before + origin[connection])
        after[side] = (total[last] + origin) & 0xFFFFFFFF
    wait = script.least_us[step] + rng.exponential(script.mean_us[step]).astype(np.int64)
    elapsed = np.cumsum(wait)
    time_us = elapsed + (now.time_us - (elapsed - wait)[first])[connection]
    packets = Packets(
        time_us=time_us,
        heard_us=_heard(time_us, by_client, first[connection]),
        connection=now.number[connection].astype(np.int32),
        by_client=by_client,
        flags=flags.astype(np.uint8),
        text=text.astype(np.int16),
        sequence=np.where(by_client, mine[0], mine[1]).astype(np.uint32),
        acknowledgment=np.where(flags & ACK > 0, np.where(by_client, mine[1], mine[0]), 0).astype(
            np.uint32
        ),
    )
    return packets, Open(now.number, time_us[last], after)


def _heard(time_us: Ints, by_client: Mask, first: Ints) -> Ints:
    """When the other end of each packet's connection had last sent one; its own time if never."""
    row = np.arange(len(time_us))
    by_ends = [np.maximum.accumulate(np.where(end, row, -1)) for end in (~by_client, by_client)]
    other = np.where(by_client, by_ends[0], by_ends[1])
    return time_us[np.where(other >= first, other, row)]
