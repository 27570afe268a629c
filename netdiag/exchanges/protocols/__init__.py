"""The shelf of protocols: what each can tell from the first bytes of a segment's payload.

An entry is a module with `BEGINNINGS` and a `mark(leads, marks)` function. That looks at the rows
that are still OPAQUE, all at once, and writes a `Mark` and its detail into those that it knows. To
add one: the module, this tuple, its test, and a fixture for every outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import numpy as np

from netdiag.columns import Rows
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
from netdiag.exchanges.protocols.beginnings import together
from netdiag.exchanges.protocols.checks import may_be_checks
from netdiag.exchanges.protocols.leads import Leads
from netdiag.native import native

PROTOCOLS = (http1, tls, http2, redis, postgresql, mysql, memcached, mail)

_BEGINNINGS = together(protocol.BEGINNINGS for protocol in PROTOCOLS)
_FIRSTS = {protocol.NAME: protocol.BEGINNINGS.firsts() for protocol in PROTOCOLS}
_TOO_SHORT = 4
"""Payloads of fewer captured bytes are shown to all; see `Beginnings`."""

SMALL_BYTES = 512
"""A payload up to this long may be a whole message; its beginning is worth remembering."""

KEPT_BYTES = 48


def mark_payloads(payloads: Payloads) -> Marks:
    """The `netdiag.decode.marks.Marker` of this room: every protocol looks once, in order."""
    if native is None:
        return mark_in_steps(payloads)
    count = len(payloads.start)
    marks = Marks(
        mark=np.empty(count, np.uint8),
        detail=np.empty(count, np.uint32),
        tail=np.empty(count, np.uint32),
        keep=np.empty(count, np.int64),
    )
    rest = np.empty(count, np.int64)
    unsure = native.http(
        *(payloads.data, payloads.start, payloads.captured, payloads.length),
        *(Mark.HTTP_REQUEST, Mark.HTTP_RESPONSE, http1.HEAD_BYTES, http1.LONGEST_HEAD),
        *(SMALL_BYTES, KEPT_BYTES),
        *(*_BEGINNINGS, marks.mark, marks.detail, marks.tail, marks.keep, rest),
    )
    unsure = native.tls(
        *(payloads.data, payloads.start, payloads.captured, payloads.length, tls.MARKS),
        *(tls.LONGEST_RECORD, tls.RECORDS_A_SEGMENT, rest[:unsure]),
        *(marks.mark, marks.detail, marks.tail, marks.keep),
    )
    unsure = native.redis(
        *(payloads.data, payloads.start, payloads.captured, payloads.length),
        *(Mark.REDIS_COMMAND, redis.CHECK, redis.SPECIAL, rest[:unsure], marks.mark, marks.detail),
    )
    _mark_rest(payloads, marks, rest[:unsure], PROTOCOLS)
    return marks


def mark_in_steps(payloads: Payloads) -> Marks:
    """`mark_payloads` without a compiled step."""
    leads = Leads.of(payloads)
    small = np.minimum(np.minimum(payloads.captured, payloads.length), KEPT_BYTES)
    marks = Marks(
        mark=np.full(len(payloads.start), Mark.OPAQUE, np.uint8),
        detail=may_be_checks(leads).astype(np.uint32),
        tail=leads.last_four(),
        keep=np.where(payloads.length <= SMALL_BYTES, small, 0),
    )
    first, *others = PROTOCOLS
    first.mark(leads, marks)
    _mark_rest(payloads, marks, np.flatnonzero(marks.mark == Mark.OPAQUE), others)
    return marks


def _mark_rest(
    payloads: Payloads, marks: Marks, rows: Rows, protocols: Sequence[ModuleType]
) -> None:
    """Let protocols look at some rows that are still OPAQUE: mostly few or nearly all of them."""
    if len(rows) == 0:
        return
    rest = Marks(*(getattr(marks, name)[rows] for name in Marks.__struct_fields__))
    leads = Leads.of(payloads.take(rows))
    firsts = np.bincount(leads.octets[:, 0], minlength=256) > 0
    firsts |= bool((leads.payloads.captured < _TOO_SHORT).any())
    for protocol in protocols:
        if (firsts & _FIRSTS[protocol.NAME]).any():
            protocol.mark(leads, rest)
    for name in Marks.__struct_fields__:
        getattr(marks, name)[rows] = getattr(rest, name)
