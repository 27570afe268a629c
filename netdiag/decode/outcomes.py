"""The frames that gave no segment, as problems: counted by kind, with the first frame of each.

Made from where the peeling of each frame ended. ARP, DNS and the like are no problem.
"""

from __future__ import annotations

import numpy as np

from netdiag.capture.records import RecordColumns
from netdiag.columns import Mask
from netdiag.decode.layers import LAYERS, Protocol
from netdiag.decode.peeling import Peeling
from netdiag.language import N_, _
from netdiag.problems import ProblemLog

DETAILS = {
    Protocol.FRAGMENT: ("ipv4-fragments", N_("later fragments of IPv4 packets; skipped")),
    Protocol.FRAGMENT_V6: ("ipv6-fragments", N_("later fragments of IPv6 packets; skipped")),
    Protocol.BAD_IPV4: ("malformed-ipv4", N_("IPv4 headers that contradict themselves; skipped")),
    Protocol.BAD_IPV6: ("malformed-ipv6", N_("IPv6 headers of another version; skipped")),
}
CUT_BY_SNAP_LENGTH = (
    "headers-cut",
    N_("packets were captured too short for their headers (use a larger snap length); skipped"),
)
CUT_BY_SENDER = ("malformed-frame", N_("packets end before their headers do; skipped"))
TOO_DEEP = ("deep-tunnel", N_("packets have more layers than can be believed; skipped"))
BAD_TCP = (
    "malformed-tcp",
    N_("TCP headers are shorter than 20 bytes or longer than their packet; skipped"),
)


def report_outcomes(rows: RecordColumns, peeling: Peeling, problems: ProblemLog) -> None:
    """Count the frames that weren't peeled down to TCP though they might have been."""
    counts = np.bincount(peeling.protocol, minlength=256)
    for outcome, (code, detail) in DETAILS.items():
        if counts[outcome]:
            report_rows(rows, peeling.protocol == outcome, (code, detail), problems)
    if counts[Protocol.CUT]:
        is_cut = peeling.protocol == Protocol.CUT
        by_snap_length = rows.captured < rows.original
        report_rows(rows, is_cut & by_snap_length, CUT_BY_SNAP_LENGTH, problems)
        report_rows(rows, is_cut & ~by_snap_length, CUT_BY_SENDER, problems)
    for layer in LAYERS:
        if counts[layer.protocol]:
            report_rows(rows, peeling.protocol == layer.protocol, TOO_DEEP, problems)
    if counts[Protocol.BAD_TCP]:
        report_rows(rows, peeling.protocol == Protocol.BAD_TCP, BAD_TCP, problems)


def report_rows(
    rows: RecordColumns, which: Mask, problem: tuple[str, str], problems: ProblemLog
) -> None:
    """Count the chosen frames under one code; none is no problem."""
    count = int(np.count_nonzero(which))
    if count:
        code, detail = problem
        problems.add(code, _(detail), int(rows.frame[np.argmax(which)]), count)
