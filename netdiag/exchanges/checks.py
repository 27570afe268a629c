"""What pools ask to check a connection before they lend it out, told by its words.

JDBC's isValid(), MySQL's COM_PING, Redis' PING, `SELECT 1`: requests whose answers tell nothing but
that there is one. Whether one is a check is for `netdiag.diagnosis.checks` to say, by the client's
habit: it goes on with something else at once.
"""

from __future__ import annotations

import re

from netdiag.exchanges.role import Protocol

LONGEST = 128
"""Payload bytes of a check: what JDBC drivers for PostgreSQL send for `SELECT 1` has fifty."""

PROTOCOLS = (Protocol.REDIS, Protocol.MYSQL, Protocol.POSTGRESQL)
"""Those in which such requests are known."""

_SQL_CHECK = (
    rb"(?is)\s*(?:/\*\s*ping\s*\*/.*|(?:select|values|do)\s*\(?1\)?(?:\s+from\s+dual)?)?\s*;?\s*"
)
_SQL_FRAME = rb"(?i)\s*(?:begin|commit|rollback|start\s+transaction|set\s)"
_REDIS_CHECK = rb"(?i)\*1\r\n\$4\r\nPING\r\n"
_COM_PING = b"\x01\x00\x00\x00\x0e"
_TERMINATE = b"X\x00\x00\x00\x04"


def asks_nothing(protocol: Protocol, sample: bytes) -> bool:
    """Whether a request is one of those whose answer tells nothing but that there is one."""
    if protocol is Protocol.REDIS:
        return re.fullmatch(_REDIS_CHECK, sample) is not None
    if protocol is Protocol.MYSQL and sample == _COM_PING:
        return True
    statement = _statement(protocol, sample)
    return statement is not None and re.fullmatch(_SQL_CHECK, statement) is not None


def goes_on(protocol: Protocol, check: bytes, following: bytes) -> bool:
    """Whether what follows on a check is what the connection was borrowed for.

    It isn't where the same is asked again, nor where a request only begins or ends a transaction
    around others, or sets something.
    """
    if following in (check, _TERMINATE):
        return False
    statement = _statement(protocol, following)
    return statement is None or re.match(_SQL_FRAME, statement) is None


def _statement(protocol: Protocol, sample: bytes) -> bytes | None:
    """The SQL text with which a request begins (a query, or a statement to be prepared)."""
    if protocol is Protocol.MYSQL:
        return sample[5:] if sample[4:5] in (b"\x03", b"\x16") else None
    if protocol is not Protocol.POSTGRESQL:
        return None
    if sample[:1] == b"Q":
        return sample[5:].split(b"\0", 1)[0]
    if sample[:1] == b"P":
        return sample[5:].split(b"\0", 2)[1] if sample.count(b"\0", 5) >= 2 else None
    return None
