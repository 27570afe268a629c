"""What databases say before they close: codes and severities stay, sentences only if well known.

The text of an error may name a user, a table or a host, so it is filled unless it is one of the
fixed sentences below, which servers send to everybody.
"""

from __future__ import annotations

import re

from netdiag.redaction.words import filler

_WELL_KNOWN = (
    # PostgreSQL src/backend/tcop/postgres.c, src/backend/postmaster/postmaster.c
    b"terminating connection due to idle-session timeout",
    b"terminating connection due to idle-in-transaction timeout",
    b"terminating connection due to administrator command",
    b"terminating connection because of crash of another server process",
    b"the database system is shutting down",
    # PgBouncer src/janitor.c, src/client.c, src/server.c
    b"client_idle_timeout",
    b"client_login_timeout",
    b"idle_transaction_timeout",
    b"query_wait_timeout",
    b"query_timeout",
    b"server_lifetime",
    b"server_lifetime_exceeded",
    b"server conn crashed?",
    b"pgbouncer cannot connect to server",
    b"pgbouncer is shutting down",
    # MySQL share/messages_to_clients.txt, MariaDB sql/share/errmsg-utf8.txt
    b"The client was disconnected by the server because of inactivity. See wait_timeout and "
    b"interactive_timeout for configuring this behavior.",
    b"Server shutdown in progress",
    b"Connection was killed",
)
_SHORTEST_CUT = 12
"""So much of a well-known sentence must be there if the rest was cut off."""

SEVERITIES = frozenset(
    (b"FATAL", b"PANIC", b"ERROR", b"WARNING", b"NOTICE", b"INFO", b"LOG", b"DEBUG")
)
_CODES = re.compile(rb"(?:([A-Z]+) )?([0-9A-Z]{5}|\d{1,5})(?:: (.*))?", re.DOTALL)


def mask_farewell(text: bytes) -> bytes:
    """A message to people, as long as it was."""
    if text in _WELL_KNOWN:
        return text
    is_cut = len(text) >= _SHORTEST_CUT and any(known.startswith(text) for known in _WELL_KNOWN)
    return text if is_cut else filler(len(text))


def mask_last_words(text: bytes) -> bytes | None:
    """``FATAL 57P01: text`` as `netdiag.exchanges.last_words` says it; None for anything else."""
    found = _CODES.fullmatch(text)
    if found is None or (found.group(1) or b"FATAL") not in SEVERITIES:
        return None
    said = found.group(3)
    return text if said is None else text[: found.start(3)] + mask_farewell(said)
