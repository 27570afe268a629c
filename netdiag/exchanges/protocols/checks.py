"""Requests with which a pool may check a connection, by their first bytes alone.

Whether one is a check is for `netdiag.exchanges.checks` to say, of the whole text. Here nearly all
other requests are ruled out, while the bytes are at hand.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask
from netdiag.exchanges.checks import LONGEST
from netdiag.exchanges.protocols.leads import Leads

MAYBE = 1
"""What `detail` says of such a request that is OPAQUE."""

_COM_QUERY, _COM_PING, _COM_STMT_PREPARE = 0x03, 0x0E, 0x16
_PING_BYTES = 5
_BLANKS = b" \t\n\r\v\f"


def _among(octets: bytes) -> Mask:
    """Whether each of the 256 octets is one of some."""
    among = np.zeros(256, bool)
    among[list(octets)] = True
    return among


_FIRST, _EIGHTH = _among(_BLANKS + b"/"), _among(_BLANKS + b"\0(1);")
"""What a statement begins with that may be a check; or else what its eighth byte is, if it isn't
shorter, behind `select`, `values` or `do`."""


def may_be_checks(leads: Leads) -> Mask:
    """Which payloads may be checks of MySQL or of PostgreSQL; bool."""
    octets, length = leads.octets, leads.payloads.length
    kind = octets[:, 4]
    size = octets[:, 0].astype(np.int64) | octets[:, 1].astype(np.int64) << 8
    of_mysql = (octets[:, 3] == 0) & (size + 4 == length)
    says_sql = (kind == _COM_QUERY) | (kind == _COM_STMT_PREPARE)
    of_mysql &= ((kind == _COM_PING) & (length == _PING_BYTES)) | (
        says_sql & _are_checks(octets[:, 5:])
    )
    size = octets[:, 3].astype(np.int64) << 8 | kind
    is_query = (octets[:, 0] == ord("Q")) & _are_checks(octets[:, 5:])
    is_parse = (octets[:, 0] == ord("P")) & ((octets[:, 5] != 0) | _are_checks(octets[:, 6:]))
    of_postgresql = (octets[:, 1] == 0) & (size >= 4) & (size < length) & (is_query | is_parse)
    may_be: Mask = (octets[:, 2] == 0) & (of_mysql | of_postgresql)
    return may_be & (length <= LONGEST) & (leads.payloads.captured > 4)


def _are_checks(sql: npt.NDArray[np.uint8]) -> Mask:
    """Which statements may be checks; most others go on with something else than a 1."""
    may_be: Mask = _FIRST[sql[:, 0]] | _EIGHTH[sql[:, 7]] | (sql[:, :7] == 0).any(axis=1)
    return may_be
