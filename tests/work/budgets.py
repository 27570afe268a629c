"""What an examination may cost at most, each with its reason.

The figures are what was counted when they were set and a tenth more, of compiled and numpy's
loops whichever costs more. A change that costs less should lower them; one that needs more has to
say here what for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Counts = dict[str, int]
Figure = Callable[[Counts, Counts], float]


@dataclass(frozen=True, slots=True)
class Budget:
    """One limit.

    Attributes:
        what: what is counted.
        why: what it goes up with.
        figure: the figure, from the counts of a small capture and of a large one.
        most: by shape of capture, what it may be.
    """

    what: str
    why: str
    figure: Figure
    most: dict[str, float]

    def excess(self, shape: str, small: Counts, large: Counts) -> str:
        """One line if it is exceeded, else nothing."""
        figure, most = self.figure(small, large), self.most[shape]
        return "" if figure <= most else f"{self.what}: {figure:.1f}, not {most:g}. {self.why}"


def grown(name: str, by: str = "packets", per: int = 1) -> Figure:
    """How much more the large capture needs, for each packet (or so) that it has more."""
    return lambda small, large: (large[name] - small[name]) * per / (large[by] - small[by])


def of_small(name: str) -> Figure:
    """What the small capture needs: most of it is the same for any capture."""
    return lambda small, large: small[name]


def each(name: str, of: str) -> Figure:
    """What the large capture needs for each of something."""
    return lambda small, large: large[name] / large[of]


def _both(keep_alive: float, short: float) -> dict[str, float]:
    return {"keep-alive": keep_alive, "short": short}


PEAK_BYTES = {
    ("keep-alive", "pure"): 161_000_000,
    ("keep-alive", "compiled"): 132_000_000,
    ("http2", "compiled"): 125_000_000,
    ("mysql", "compiled"): 146_000_000,
    ("bulk", "compiled"): 100_000_000,
    ("short", "compiled"): 160_000_000,
    ("ten-exchanges", "compiled"): 138_000_000,
}
"""By shape and mode, however long the capture is: so many rows are held until what is settled of
them is set aside, or goes into others, and all rooms see those. How far blocks are decoded ahead,
24 MB at most, depends on how busy the machine is: 79 to 89 MB were seen of bulk."""

ROWS_EACH = {"tls": 0.15, "short": 0.11, "ten-exchanges": 0.19}
"""So many rows stay of each packet, where most connections come to a good end, right with an answer
or after they have been idle."""

BUDGETS = (
    Budget(
        "calls of Python functions, small capture",
        "Each step of an examination, once, and each cause for each connection that ended oddly."
        " What connections without rows have to add is asked for, whether there are any or not.",
        of_small("calls"),
        _both(9_500, 4_300),
    ),
    Budget(
        "more calls of Python functions for a thousand packets more",
        "Blocks, and what is looked at one by one, such as heads of last responses. A loop over"
        " frames or exchanges would be hundreds more.",
        grown("calls", per=1000),
        _both(33, 10.5),
    ),
    Budget(
        "more calls of built-in functions for a thousand packets more",
        "Without the compiled loops, a walk along the records in strides.",
        grown("c_calls", per=1000),
        _both(87, 54),
    ),
    Budget(
        "calls of Python functions to make the report, large capture",
        "Findings, their stories and their advice, and passes along columns for each server's idle "
        "gaps; nothing for each thing that went well.",
        lambda small, large: large["report_calls"],
        _both(14_600, 2_500),
    ),
    Budget(
        "bytes held for each packet more",
        "The columns of traffic, and samples of payload. Of the columns of segments those go that"
        " traffic has itself, or that only connections are found by.",
        grown("held_bytes"),
        _both(161, 151),
    ),
    Budget(
        "bytes at the peak for each packet more",
        "What is held, and the temporary columns of the room that needs most. It went up when the"
        " small capture's peak went down from 22 to 13 MB, with blocks of 1 MB.",
        grown("peak_bytes"),
        _both(152, 141),
    ),
    Budget(
        "bytes at the peak, small capture",
        "A block of the file and the next one, read ahead; temporary columns; what is held.",
        of_small("peak_bytes"),
        _both(22_600_000, 22_600_000),
    ),
    Budget(
        "bytes of tables for each connection",
        "The columns of connections and of endings.",
        each("connections_bytes", "connections"),
        _both(241, 241),
    ),
    Budget(
        "bytes of tables for each exchange",
        "The columns of exchanges.",
        each("exchanges_bytes", "exchanges"),
        _both(50, 50),
    ),
    Budget(
        "segments kept for each packet",
        "All of these packets are TCP; each is kept once.",
        each("segments", "packets"),
        _both(1, 1),
    ),
    Budget(
        "samples kept for each packet",
        "The beginnings of requests and responses.",
        each("samples", "packets"),
        _both(0.56, 0.22),
    ),
    Budget(
        "bytes read for each byte of the file",
        "The file is read once.",
        each("read_bytes", "file_bytes"),
        _both(1.001, 1.001),
    ),
)
