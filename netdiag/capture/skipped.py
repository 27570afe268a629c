"""`SkipLog`: the stretches of a capture that could not be read, and what lay around each.

From a reader that says where reading stopped, where it went on and what it read next. Finding the
place to go on from is left to `netdiag.capture.resuming`.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from netdiag.capture.blocks import Blocks
from netdiag.capture.records import RecordColumns
from netdiag.language import _, ngettext
from netdiag.problems import ProblemLog

CODE = "damaged-file"
MOST_HOLES = 256
"""A capture with more holes than this is given up: each costs a search."""


class Skipped(Struct, frozen=True):
    """A stretch of a capture in which no record could be made out.

    Attributes:
        byte: where it begins in the (decompressed) capture.
        bytes: how long it is.
        after_frame: number of the last packet read before it; 0 for none.
        before_ns: that packet's time, ns since 1970-01-01 UTC; None without one.
        after_ns: time of the first packet behind it; None where none was found.
        about_packets: how many packets of the mean length so far it holds; None without any.
    """

    byte: int
    bytes: int
    after_frame: int
    before_ns: int | None
    after_ns: int | None = None
    about_packets: int | None = None

    @property
    def seconds(self) -> float | None:
        """From the last packet before it to the first behind it; None where one is missing."""
        if self.before_ns is None or self.after_ns is None:
            return None
        return (self.after_ns - self.before_ns) / 1e9


class SkipLog:
    """Collects what one reader skips; each becomes a problem once it is known where it ends.

    Attributes:
        entries: in the order of the file.
    """

    def __init__(self, blocks: Blocks, problems: ProblemLog) -> None:
        self._blocks = blocks
        self._problems = problems
        self._claim = ""
        self._open: Skipped | None = None
        self._last_ns: int | None = None
        self.entries: list[Skipped] = []

    @property
    def is_full(self) -> bool:
        """Whether there are as many as anybody looks for."""
        return len(self.entries) >= MOST_HOLES

    def see(self, rows: RecordColumns) -> None:
        """Take note of packets that were read."""
        if self._open is not None:
            self._close(int(rows.time_ns[0]))
        self._last_ns = int(rows.time_ns[-1])

    def begin(self, at: int, frame: int, claim: str) -> None:
        """Stop reading at byte `at` of the block, behind packet `frame`.

        `claim` is a clause of the language of the context: what the record there says.
        """
        if self._open is not None:  # nothing was read since: it goes on
            return
        byte = self._blocks.at + at
        self._open, self._claim = Skipped(byte, 0, frame, self._last_ns), claim

    def end(self, at: int) -> None:
        """Go on reading at byte `at` of the block."""
        if self._open is not None:
            size = self._blocks.at + at - self._open.byte
            self._open = replace(self._open, bytes=size, about_packets=_packets(self._open, size))

    def finish(self) -> None:
        """Note what was skipped up to the capture's end."""
        if self._open is not None:
            self.end(self._blocks.end)
            self._close(None)

    def _close(self, after_ns: int | None) -> None:
        assert self._open is not None
        skipped = replace(self._open, after_ns=after_ns)
        self._open = None
        self.entries.append(skipped)
        self._problems.add_each(CODE, _detail(skipped, self._claim))


def _packets(skipped: Skipped, size: int) -> int | None:
    """So many packets of the mean length before it fit in `size` bytes."""
    if skipped.after_frame == 0 or skipped.byte == 0:
        return None
    return max(round(size * skipped.after_frame / skipped.byte), 1)


def _detail(skipped: Skipped, claim: str) -> str:
    frame = skipped.after_frame
    where = {"frame": frame, "byte": skipped.byte, "claim": claim, "n": skipped.bytes}
    if skipped.after_ns is None:
        return _(
            "the record behind packet {frame}, at byte {byte}, {claim}; analysed up to packet "
            "{frame}"
        ).format(**where)
    if skipped.seconds is None or skipped.about_packets is None:
        return _(
            "the record behind packet {frame}, at byte {byte}, {claim}; {n} bytes skipped, then "
            "read on: the packets behind them are numbered from {next}"
        ).format(**where, next=frame + 1)
    return ngettext(
        "the record behind packet {frame}, at byte {byte}, {claim}; {n} bytes skipped (about "
        "{packets} packet, {seconds} s), then read on: the packets behind them are numbered from "
        "{next} as if none were missing, and other programs may stop there or count differently",
        "the record behind packet {frame}, at byte {byte}, {claim}; {n} bytes skipped (about "
        "{packets} packets, {seconds} s), then read on: the packets behind them are numbered from "
        "{next} as if none were missing, and other programs may stop there or count differently",
        skipped.about_packets,
    ).format(
        **where, next=frame + 1, packets=skipped.about_packets, seconds=f"{skipped.seconds:.3f}"
    )
