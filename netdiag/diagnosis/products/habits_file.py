"""Reads the ``[[habits]]`` of a product file; see `Habits` for what the keys mean."""

from __future__ import annotations

from netdiag.diagnosis.products.habits import Habits
from netdiag.diagnosis.products.remedies import Role
from netdiag.diagnosis.products.toml_table import Table

CLOSES = ("FIN", "RST,ACK")
TLS_CLOSES = ("close_notify, FIN", "FIN", "close_notify", "RST,ACK")
CLOSE_NOTIFY_BYTES = ("19", "35")
LATE_REQUESTS = ("reset", "acknowledge")
REACTIONS = ("at once", "on use")


def read_habits(table: Table, role: Role) -> Habits:
    """Read one table.

    Raises:
        ProductFileError: it breaks the rules.
    """
    lengths = _words(table, "close_notify_bytes", CLOSE_NOTIFY_BYTES)
    header = table.text("keep_alive_header", "")
    if header not in {"", "yes", "no"}:
        raise table.error(f"keep_alive_header: expected yes or no, found {header!r}")
    habits = Habits(
        role=role,
        closes=_words(table, "closes", CLOSES),
        tls_closes=_words(table, "tls_closes", TLS_CLOSES),
        close_notify_bytes=frozenset(int(length) for length in lengths),
        late_s=table.number("late_seconds"),
        late_requests=_words(table, "late_requests", LATE_REQUESTS),
        keep_alive_header={"yes": True, "no": False}.get(header),
        reaction=table.choice("reaction", (*REACTIONS, ""), "") or None,
        probes_s=table.numbers("probe_seconds"),
        source=table.text("source"),
    )
    table.finish()
    return habits


def _words(table: Table, key: str, allowed: tuple[str, ...]) -> frozenset[str]:
    words = table.texts(key, ())
    if not set(words) <= set(allowed):
        raise table.error(f"{key}: expected some of {', '.join(allowed)}, found {words!r}")
    return frozenset(words)
