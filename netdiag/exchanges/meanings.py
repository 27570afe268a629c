"""What marks and lengths mean to the compiled search for exchanges (`netdiag/native/fold.c`).

HTTP/1 and TLS are known by their marks, and what is said in TLS by the lengths of records. In
anything else two sides take turns: a request is what the client says after an answer, and an answer
what the server says after a request. Marks tell what is neither, and what must not be set aside
because it shows the protocol or who is the client.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.decode.marks import Mark
from netdiag.exchanges.http2_in_tls import LONGEST_GOAWAY, PING, WINDOW_UPDATE
from netdiag.exchanges.plain import LONGEST_ASIDE
from netdiag.exchanges.roles import EVIDENCE
from netdiag.exchanges.tls_records import FINISHED_LENGTHS, SETTINGS_ACK
from netdiag.exchanges.tls_roles import ALERT_LENGTHS

MARKS = (
    *(Mark.HTTP_REQUEST, Mark.HTTP_RESPONSE, Mark.TLS_CLIENT_HELLO),
    *(Mark.TLS_SERVER_HELLO, Mark.TLS_HANDSHAKE, Mark.TLS_DATA),
    Mark.TLS_ALERT,
)
"""What the search asks for by name: see `fold_new`."""

SHORTER = 256
"""Lengths of records in TLS that are told apart; about longer ones there is no doubt."""

_ALERT, _FINISHED, _SHORT = 1, 2, 4
_ASIDE, _DOUBTFUL = 1, 2
_WORD, _STAYS, _OF_CLIENT, _OF_SERVER, _LEAVES, _ASIDE_IN_HTTP2 = 1, 2, 4, 8, 16, 32
_IS_HTTP2, _MAY_STREAM, _RANK_SHIFT, _MAY_CHANGE_TO_TLS = 64, 128, 8, 1 << 12
_ASIDE_IN_MYSQL = 1 << 13
_TURNS = {
    Mark.OPAQUE: _WORD,
    Mark.MEMCACHED_ANSWER: _WORD | _OF_SERVER,
    Mark.REDIS_COMMAND: _WORD | _OF_CLIENT | _MAY_STREAM,
    Mark.REDIS_INTRODUCTION: _WORD | _OF_CLIENT | _STAYS,
    Mark.REDIS_PUSH: _WORD | _OF_SERVER | _STAYS,
    Mark.POSTGRESQL_STARTUP: _WORD | _OF_CLIENT | _STAYS | _MAY_CHANGE_TO_TLS,
    Mark.POSTGRESQL_UNASKED: _WORD | _STAYS,
    Mark.MYSQL_GREETING: _WORD | _OF_SERVER | _STAYS | _MAY_CHANGE_TO_TLS,
    Mark.MYSQL_LOGIN: _WORD | _STAYS,
    Mark.MYSQL_UNANSWERED: _WORD | _STAYS | _ASIDE_IN_MYSQL,
    Mark.HTTP2_PREFACE: _WORD | _OF_CLIENT | _STAYS | _IS_HTTP2,
    Mark.HTTP2_CONTROL: _WORD | _STAYS | _ASIDE_IN_HTTP2,
    Mark.CLIENT_FAREWELL: _OF_CLIENT | _LEAVES,
}
"""What marks say where the sides take turns, as `netdiag/native/fold.h` has it; with the others a
connection is left alone."""


def turns() -> npt.NDArray[np.uint16]:
    """What each of 256 marks says where the sides take turns."""
    table, ranks = np.zeros(256, np.uint16), {mark: i for i, (mark, _) in enumerate(EVIDENCE, 1)}
    for mark, says in _TURNS.items():
        shows = Mark.MYSQL_GREETING if says & _ASIDE_IN_MYSQL else mark  # what it goes with
        table[mark] = says | ranks.get(shows, 0) << _RANK_SHIFT
    return table


def shorter_records() -> bytes:
    """What each record in TLS may be, by its length."""
    kinds = bytearray(SHORTER)
    kinds[: LONGEST_ASIDE + 1] = bytes([_SHORT]) * (LONGEST_ASIDE + 1)
    for kind, lengths in ((_ALERT, ALERT_LENGTHS), (_FINISHED, FINISHED_LENGTHS)):
        for length in lengths:
            kinds[length] |= kind
    return bytes(kinds)


def frames() -> bytes:
    """What a client's record on a connection with HTTP/2 is, by the length of what it carries."""
    kinds = bytearray(SHORTER)
    for length in (SETTINGS_ACK, WINDOW_UPDATE):
        kinds[length] = _ASIDE
    kinds[PING : LONGEST_GOAWAY + 1] = bytes([_DOUBTFUL]) * (LONGEST_GOAWAY + 1 - PING)
    return bytes(kinds)
