"""`turns`: what each mark says where two sides take turns, for the compiled search.

In anything but HTTP/1 and TLS a request is what the client says after an answer, and an answer what
the server says after a request. Marks tell what is neither, and what must not be set aside because
it shows the protocol or who is the client.
"""

from __future__ import annotations

from netdiag.decode.marks import Mark
from netdiag.exchanges.roles import EVIDENCE

_WORD, _STAYS, _OF_CLIENT, _OF_SERVER, _LEAVES = 1, 2, 4, 8, 16
_RANK_SHIFT = 5
_TURNS = {
    Mark.OPAQUE: _WORD,
    Mark.MEMCACHED_ANSWER: _WORD | _OF_SERVER,
    Mark.REDIS_COMMAND: _WORD | _OF_CLIENT,
    Mark.REDIS_INTRODUCTION: _WORD | _OF_CLIENT | _STAYS,
    Mark.REDIS_PUSH: _WORD | _OF_SERVER | _STAYS,
    Mark.POSTGRESQL_STARTUP: _WORD | _OF_CLIENT | _STAYS,
    Mark.POSTGRESQL_UNASKED: _WORD | _STAYS,
    Mark.MYSQL_GREETING: _WORD | _OF_SERVER | _STAYS,
    Mark.MYSQL_LOGIN: _WORD | _STAYS,
    Mark.HTTP2_CONTROL: _WORD | _STAYS,
    Mark.CLIENT_FAREWELL: _OF_CLIENT | _LEAVES,
}
"""What marks say where the sides take turns, as `netdiag/native/fold.h` has it; with the others a
connection is left alone."""


def turns() -> bytes:
    """What each mark says where the sides take turns."""
    table, ranks = bytearray(256), {mark: rank for rank, (mark, _) in enumerate(EVIDENCE, 1)}
    for mark, says in _TURNS.items():
        table[mark] = says | ranks.get(mark, 0) << _RANK_SHIFT
    return bytes(table)
