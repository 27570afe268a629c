"""Reads how a database's client introduces itself: its driver's name, as far as it gives one.

MySQL: the connection attributes of HandshakeResponse41 (`_client_name`). PostgreSQL: the
parameter application_name of the StartupMessage. Redis: CLIENT SETINFO LIB-NAME (from 7.2 on,
though clients also send it to older servers).
"""

from __future__ import annotations

import re

from netdiag.decode.marks import Mark

_CLIENT_NAME = b"\x0c_client_name"
_PGJDBC = (b"\0DateStyle\0ISO\0", b"\0client_encoding\0UTF8\0", b"\0TimeZone\0")
"""What the PostgreSQL JDBC driver asks for at once (ConnectionFactoryImpl); it gives its name
later, in a SET, unless it was told another one."""

_APPLICATION_NAME = rb"\0application_name\0([^\0]+)\0"
_LIB_NAME = rb"(?i)LIB-NAME\r\n\$\d+\r\n([^\r\n]+)\r\n"
LOGINS = (Mark.MYSQL_LOGIN, Mark.POSTGRESQL_STARTUP, Mark.REDIS_INTRODUCTION)


def driver_name(mark: Mark, sample: bytes) -> str | None:
    """The name in a login of that mark; None where it gives none, or the capture has cut it."""
    name: bytes | None = None
    if mark is Mark.MYSQL_LOGIN:
        start = sample.find(_CLIENT_NAME) + len(_CLIENT_NAME)
        if start >= len(_CLIENT_NAME) and start < len(sample):
            size = sample[start]
            name = sample[start + 1 : start + 1 + size] if size < 0xFB else None
            name = name if name is not None and len(name) == size else None
    else:
        pattern = _APPLICATION_NAME if mark is Mark.POSTGRESQL_STARTUP else _LIB_NAME
        found = re.search(pattern, sample)
        name = found.group(1) if found else None
        if name is None and all(part in sample for part in _PGJDBC):
            name = b"PostgreSQL JDBC Driver"
    return name.decode("utf-8", "replace") if name else None
