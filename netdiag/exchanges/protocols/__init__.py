"""The shelf of protocols: what each can tell from the first bytes of a segment's payload.

An entry is a module with a `mark(leads, marks)` function. It looks at the rows that are still
OPAQUE, all at once, and writes a `Mark` and its detail into those that it knows. To add one:
the module, this tuple, its test, and a fixture for every outcome.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from netdiag.decode.marks import Mark, Marks, Payloads
from netdiag.exchanges.protocols import (
    http1,
    http2,
    mail,
    memcached,
    mysql,
    postgresql,
    redis,
    tls,
)
from netdiag.exchanges.protocols.leads import Leads

PROTOCOLS = (http1, tls, http2, redis, postgresql, mysql, memcached, mail)

FEW_LEFT = 0.5
"""Once less than this part of the rows is OPAQUE, copying those costs less than looking at all."""

SMALL_BYTES = 512
"""A payload up to this long may be a whole message; its beginning is worth remembering."""

KEPT_BYTES = 48


def mark_payloads(payloads: Payloads) -> Marks:
    """The `netdiag.decode.marks.Marker` of this room: every protocol looks once, in order."""
    leads = Leads.of(payloads)
    small = np.minimum(np.minimum(payloads.captured, payloads.length), KEPT_BYTES)
    marks = Marks(
        mark=np.full(len(payloads.start), Mark.OPAQUE, np.uint8),
        detail=np.zeros(len(payloads.start), np.uint32),
        tail=leads.last_four(),
        keep=np.where(payloads.length <= SMALL_BYTES, small, 0),
    )
    _mark(leads, marks, PROTOCOLS)
    return marks


def _mark(leads: Leads, marks: Marks, protocols: tuple[ModuleType, ...]) -> None:
    """Let the protocols look, the later ones only at what is left where that is little."""
    for place, protocol in enumerate(protocols, start=1):
        protocol.mark(leads, marks)
        left = marks.mark == Mark.OPAQUE
        if np.count_nonzero(left) < FEW_LEFT * len(left):
            rows = np.flatnonzero(left)
            if len(rows):
                rest = Marks(*(getattr(marks, name)[rows] for name in Marks.__struct_fields__))
                _mark(leads.take(rows), rest, protocols[place:])
                for name in Marks.__struct_fields__:
                    getattr(marks, name)[rows] = getattr(rest, name)
            return
