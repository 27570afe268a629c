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


def methods(source: Source, rows: Rows) -> Rows:
    """The method of each row of `Exchanges`, as an index in `NAMES`; MISSING where it has none."""
    traffic = source.scene.traffic
    request = source.scene.exchanges.request[rows]
    asks = np.flatnonzero(traffic.mark[request] == Mark.HTTP_REQUEST)
    segment = traffic.row[request[asks]]
    word = traffic.segments.detail[segment]
    found = np.full(len(rows), MISSING, np.int64)
    for number, method in enumerate(METHODS):
        same = word == _WORDS[number]
        if np.count_nonzero(_WORDS[number] == _WORDS) > 1 and same.any():  # PROPFIND, PROPPATCH
            heads = np.array(source.scene.samples.texts(traffic.segments.sample[segment[same]]))
            same[same] = np.char.startswith(heads, method)
        found[asks[same]] = number
    return found
