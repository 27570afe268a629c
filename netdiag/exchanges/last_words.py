"""Reads what a server says before it closes: a database's last message as a sentence."""

from __future__ import annotations

import re

_FIELD = rb"\0([A-Z])([^\0]*)"
_MYSQL_STATE_BYTES = 6
"""``#`` and the SQLSTATE before a MySQL error's text."""


def last_words(sample: bytes) -> str | None:
    """A PostgreSQL ErrorResponse as ``FATAL 57P05: text``, a MySQL error as ``4031: text``.

    None where it is neither. What a server says is not to be trusted: escape it on output.
    """
    if sample[:1] in (b"E", b"N") and sample[5:6] == b"S":
        fields: dict[bytes, bytes] = {}
        for key, value in re.findall(_FIELD, b"\0" + sample[5:]):
            fields.setdefault(key, value)
        severity = fields.get(b"V", fields[b"S"])
        words = b" ".join([severity, fields.get(b"C", b"")]).strip()
        text = fields.get(b"M", b"")
    elif sample[4:5] == b"\xff" and len(sample) >= 7:
        words = str(int.from_bytes(sample[5:7], "little")).encode()
        text = sample[7:]
        text = text[_MYSQL_STATE_BYTES:] if text[:1] == b"#" else text
    else:
        return None
    said = words + (b": " + text if text else b"")
    return said.decode("utf-8", "replace")
