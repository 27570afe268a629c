"""Tables of timings, as plain text and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.timing.pairs import Timing

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Head and rows of equal length; all columns but the first are figures, set flush right."""

    head: Row
    rows: Sequence[Row]

    def text(self) -> str:
        """For a terminal."""
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        lines = [
            "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
            for row in (self.head, *self.rows)
        ]
        return "\n".join(lines) + "\n"

    def markdown(self) -> str:
        """For the documentation."""
        rule = ["---", *["---:"] * (len(self.head) - 1)]
        return "".join(f"| {' | '.join(row)} |\n" for row in (self.head, rule, *self.rows))


def programs_table(timings: Sequence[Timing]) -> Table:
    """A row for each program, on one capture."""
    head = ("program", "time", "packets a second", "peak memory", "netdiag = 1")
    return Table(head, [(_name(t), *_figures(t), _ratio(t.ratio)) for t in timings])


def peers_table(what: str, timings: Mapping[str, Sequence[Timing]], peers: Sequence[str]) -> Table:
    """A row for each capture: what netdiag needed, and how many times as long each peer took."""
    head = (what, "netdiag", "packets a second", "peak memory", *peers)
    rows = []
    for capture, (own, *others) in timings.items():
        ratios = {other.name: _ratio(other.ratio) for other in others}
        rows.append((capture, *_figures(own), *(ratios.get(peer, "-") for peer in peers)))
    return Table(head, rows)


def _name(timing: Timing) -> str:
    return f"{timing.name} (extrapolated)" if timing.extrapolated else timing.name


def _figures(timing: Timing) -> Row:
    return (
        f"{timing.wall_s:.2f} s",
        f"{float(f'{timing.packets_per_s:.3g}'):,.0f}",
        f"{timing.peak_mib:.0f} MiB",
    )


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
