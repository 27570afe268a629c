"""Redis: types and lengths of values, commands, codes of errors; not a key, value or password.

Kept besides: a known driver's name behind LIB-NAME. RESP2 and RESP3 of Redis' protocol
specification.
"""

from __future__ import annotations

import re

from netdiag.redaction.products import public_name
from netdiag.redaction.words import Words, filler

_LINE = re.compile(rb"([*$:+\-_#,(!=%~>|])([^\r\n]*)\r\n")
_BEGINS = re.compile(
    rb"[*>%~]\d{1,7}\r\n|[$=!](?:-1|\d{1,9})\r\n|\+(?:OK|PONG|QUEUED)\r\n|-[A-Z]+ "
)
_COUNT = re.compile(rb"-?\d{1,9}")
_REPLIES = frozenset((b"OK", b"PONG", b"QUEUED", b"RESET"))
_ERROR = re.compile(
    rb"(?:ASK|BUSY|BUSYGROUP|BUSYKEY|CLUSTERDOWN|CROSSSLOT|DENIED|ERR|EXECABORT|INPROG|IOERR|LOADING"
    rb"|MASTERDOWN|MISCONF|MOVED|NOAUTH|NOGOODSLAVE|NOGROUP|NOPERM|NOPROTO|NOREPLICAS|NOSCRIPT"
    rb"|NOTBUSY|NOTREADY|OOM|READONLY|STALE|TRYAGAIN|UNBLOCKED|UNKILLABLE|WRONGPASS|WRONGTYPE)"
    rb"(?= |$)"
)
"""Codes of Redis' own; a script may answer with any other (src/server.c)."""
_COMMANDS = frozenset(
    b"""APPEND AUTH BGSAVE BLPOP BRPOP CLIENT CLUSTER COMMAND CONFIG DECR DECRBY DEL DISCARD DUMP
    ECHO EVAL EVALSHA EXEC EXISTS EXPIRE EXPIREAT FLUSHALL FLUSHDB GET GETDEL GETEX GETSET HDEL
    HELLO HEXISTS HGET HGETALL HINCRBY HKEYS HLEN HMGET HMSET HSCAN HSET HSETNX HVALS INCR INCRBY
    INFO KEYS LINDEX LLEN LPOP LPUSH LRANGE LREM LTRIM MEMORY MGET MONITOR MSET MULTI OBJECT
    PERSIST PEXPIRE PING PSETEX PSUBSCRIBE PSYNC PTTL PUBLISH PUBSUB PUNSUBSCRIBE QUIT READONLY
    RENAME REPLCONF RESET ROLE RPOP RPUSH SADD SCAN SCARD SCRIPT SELECT SET SETEX SETNX SINTER
    SISMEMBER SMEMBERS SORT SPOP SREM SSCAN SSUBSCRIBE STRLEN SUBSCRIBE SYNC TIME TOUCH TTL TYPE
    UNLINK UNSUBSCRIBE UNWATCH WAIT WATCH XACK XADD XLEN XRANGE XREAD XREADGROUP ZADD ZCARD
    ZCOUNT ZINCRBY ZRANGE ZRANGEBYSCORE ZRANK ZREM ZSCAN ZSCORE""".split()
)
_WORDS = frozenset((b"SETINFO", b"LIB-NAME", b"LIB-VER", b"SETNAME", b"ID", b"GETNAME"))
_MESSAGES = frozenset((b"message", b"pmessage", b"smessage", b"subscribe", b"psubscribe"))
_LIB_NAME = b"LIB-NAME"


def mask(payload: bytes, _length: int, words: Words) -> bytes | None:
    """The masked payload, as long; None where no values begin here."""
    if not _BEGINS.match(payload):
        return None
    shown: list[bytes] = []
    at, place, before = 0, 0, b""
    while (line := _LINE.match(payload, at)) is not None:
        kind, text = line.groups()
        if kind in b"$=!" and _COUNT.fullmatch(text) and not text.startswith(b"-"):
            end = line.end() + int(text)
            word = payload[line.end() : end]
            shown += [
                line.group(),
                _mask_word(word, place, before, words, is_whole=len(word) == int(text)),
            ]
            at, before, place = end, word.upper(), place + 1
            if payload[at : at + 2] == b"\r\n":
                shown.append(b"\r\n")
                at += 2
        else:
            shown.append(kind + _mask_line(kind, text) + b"\r\n")
            at = line.end()
            place = 0 if kind in b"*>" else place + 1
    return b"".join(shown) + filler(len(payload) - min(at, len(payload)))


def _mask_line(kind: bytes, text: bytes) -> bytes:
    """What follows a type up to the line's end."""
    if kind in b"*%~>|$=!" and _COUNT.fullmatch(text):
        return text
    if kind == b"+" and text in _REPLIES:
        return text
    if kind == b"-" and (code := _ERROR.match(text)):
        return code.group() + b" "[: len(text) - code.end()] + filler(len(text) - code.end() - 1)
    if kind in b":,(":
        return b"0" * len(text)
    return filler(len(text))


def _mask_word(word: bytes, place: int, before: bytes, words: Words, *, is_whole: bool) -> bytes:
    """A bulk string: the first may be a command, others its options, or anything."""
    upper = word.upper()
    if is_whole and place == 0 and (upper in _COMMANDS or word in _MESSAGES):
        return word
    if is_whole and place in (1, 2) and upper in _WORDS:
        return word
    if is_whole and before == _LIB_NAME:
        return public_name(word.decode("latin-1"), "client", "redis").encode("latin-1")
    return words.token(word)
