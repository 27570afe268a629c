"""Protocols of lines: memcached, SMTP, FTP, POP3, IMAP: codes and verbs stay, the rest is filled.

doc/protocol.txt of memcached; RFC 5321, 959, 1939 and 9051.
"""

from __future__ import annotations

import re

from netdiag.redaction.words import Words, filler

_ANSWERS = frozenset(
    b"""STORED NOT_STORED DELETED NOT_FOUND TOUCHED END EXISTS HD EN OK ERROR RESET""".split()
)
_COMMANDS = (
    rb"get|gets|set|add|replace|append|prepend|cas|delete|incr|decr|touch|stats|version|quit"
)
_MEMCACHED = re.compile(rb"(?:VALUE |(?:%b)(?: |\r\n)|(?:CLIENT|SERVER)_ERROR )" % _COMMANDS)
_REPLY = re.compile(rb"[2-5]\d\d[ -]")
_VERB = re.compile(
    rb"(?i:quit|ehlo|helo|mail from:|rcpt to:|data|rset|noop|starttls|auth|user|pass|retr|stor|"
    rb"list|stat|dele|pasv|epsv|type|cwd)(?=\s)"
)
_IMAP = (b"* BYE ", b"* OK ", b"* NO ", b"* BAD ")


def mask(payload: bytes, length: int, _words: Words) -> bytes | None:
    """The masked payload, as long; None where none of these begins here."""
    kept = _kept(payload, length)
    if kept == 0:
        return None
    lines = payload[kept:].split(b"\r\n")
    return payload[:kept] + b"\r\n".join(filler(len(line)) for line in lines)


def _kept(payload: bytes, length: int) -> int:
    """How many bytes of the beginning are a code, a verb or a fixed answer."""
    word, end, _ = payload.partition(b"\r\n")
    if end and word in _ANSWERS and len(word) + 2 == length:
        return len(payload)
    if (found := _MEMCACHED.match(payload)) or (found := _REPLY.match(payload)):
        return found.end()
    if length <= 512 and (found := _VERB.match(payload)):
        return found.end()
    return next((len(word) for word in _IMAP if payload.startswith(word)), 0)
