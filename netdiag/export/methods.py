"""The methods of HTTP/1 requests, which the columns of a capture have by their first four bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdiag.columns import Rows
from netdiag.decode.marks import Mark
from netdiag.exchanges.protocols.http1 import METHODS
from netdiag.export.column import MISSING

if TYPE_CHECKING:
    from netdiag.export.source import Source

_WHOLE = {b"BASELINE-CONTR": "BASELINE-CONTROL"}
"""What is kept shorter than it is: RFC 3253, section 12.6."""

NAMES = tuple(_WHOLE.get(method, method.decode().rstrip()) for method in METHODS)
"""What the numbers of `methods` stand for."""

_WORDS = np.array([int.from_bytes(method[:4], "big") for method in METHODS], np.int64)


def request_lines(source: Source, rows: Rows) -> Rows:
    """The row of `Samples` with the request line of each row of `Exchanges`, or MISSING."""
    asks, segment = _requests(source, rows)
    lines = np.full(len(rows), MISSING, np.int64)
    lines[asks] = source.scene.traffic.segments.sample[segment]
    return lines


def methods(source: Source, rows: Rows) -> Rows:
    """The method of each row of `Exchanges`, as an index in `NAMES`; MISSING where it has none."""
    asks, segment = _requests(source, rows)
    segments = source.scene.traffic.segments
    word = segments.detail[segment]
    found = np.full(len(rows), MISSING, np.int64)
    for number, method in enumerate(METHODS):
        same = np.flatnonzero(word == _WORDS[number])
        if np.count_nonzero(_WORDS[number] == _WORDS) > 1:  # PROPFIND, PROPPATCH
            width = len(method)
            octets, _ = source.scene.samples.beginnings(segments.sample[segment[same]], width)
            same = same[(octets == np.frombuffer(method, np.uint8)).all(axis=1)]
        found[asks[same]] = number
    return found


def _requests(source: Source, rows: Rows) -> tuple[Rows, Rows]:
    """Which of the exchanges begin with a request line, and its row of `Segments`."""
    traffic = source.scene.traffic
    request = source.scene.exchanges.request[rows]
    asks = np.flatnonzero(traffic.mark[request] == Mark.HTTP_REQUEST)
    return asks, traffic.row[request[asks]]
