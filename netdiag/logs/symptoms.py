"""What lines of a log say of a failed connection: `find_symptom`.

From the text of an entry. What single products write stands in their data files
(`netdiag.diagnosis.products`, ``[symptoms]``) and is taken from there; here are the words that
many share. `STEMS` are pieces of words, at least one of which is in every symptom: millions of
lines are passed over by looking for these alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from msgspec import Struct

from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.product import Outcome
from netdiag.diagnosis.products.store import load

Kinds = frozenset[Outcome]

CLOSED: Final[Kinds] = frozenset({"closed", "reset-after-fin", "told-why"})
RESET: Final[Kinds] = frozenset({"reset", "reset-after-fin"})
ENDED: Final[Kinds] = CLOSED | RESET
SILENT: Final[Kinds] = frozenset({"timeout"})
REFUSED: Final[Kinds] = frozenset({"refused"})
FAILED: Final[Kinds] = ENDED | SILENT | REFUSED


class Symptom(Struct, frozen=True):
    """What an entry says.

    Attributes:
        kinds: outcomes of a request that are told in these words.
        line: the line that says most, and what follows it: the last, with which a chain of
            exceptions ends.
        at: where in it the words stand, in bytes.
    """

    kinds: Kinds
    line: bytes
    at: int


_FRAME = re.compile(rb"\n[ \t][^\n]*")

STEMS: Final = tuple(
    b"to respond|NoHttpResponse|ConnectionClosed|isconnect|closed|CLOSED|remature|nexpected|EOF|eof"
    b"|mpty reply|erminated|end of|ost connection|onnection lost|gone away|abort|ABORTED|hang up"
    b"|ommunications link|ProtocolError|from remote server|EPIPE|roken pipe|ECONN|reset|Reset"
    b"|10054|efused|onnectException|onnect to|onnect failed|connect() failed|ConnectFailed"
    b"|to connect|imed out|imeout|TIMEDOUT|TIMED_OUT|TIMEOUT|xceeded|EXCEEDED|UNAVAILABLE"
    b"|to the backend|os error|UND_ERR|HTC |fetch failed|backend_|_to_backend|errno 1|ZERO_SIZE"
    b"|ERR_READ|ERR_CONNECT|BrokenPipe|onnect call|TCP connection|ssion timeout|inactivity"
    b"|received no bytes|data from socket|inating connection|crash|NO_LIVE|no live|is closing"
    b"|canceled due|rigin|esponseEnded".split(b"|")
)

_WORDS: Final = (
    (CLOSED, "NoHttpResponseException|failed to respond|ConnectionClosedException"),
    (CLOSED, "RemoteDisconnected|ServerDisconnected|erver disconnected|isconnected by server"),
    (CLOSED, "emote end closed|peer closed connection|transport is closing|because of inactivity"),
    (CLOSED, "prematurely closed|closed prematurely|remature close|PrematureClose"),
    (CLOSED, "nexpected end of stream|nexpected end of file|unexpected EOF|end of file reached"),
    (CLOSED, 'parser received no bytes|EOFException|EOFError|: EOF|=EOF|"EOF"|io.EOF'),
    (CLOSED, "other side closed|OTHER_SIDE_CLOSED|mpty reply from server|UND_ERR_SOCKET"),
    (CLOSED, "server closed the connection|server closed idle connection|onnection closed by"),
    (CLOSED, "idle-session timeout|terminating connection"),
    (CLOSED, "closed unexpectedly|terminated unexpectedly|onnection closed before|ResponseEnded"),
    (CLOSED, "socket was closed|onnection was closed|onnection is closed|Socket closed"),
    (CLOSED, "ost connection to MySQL|server has gone away|onnection lost|ended prematurely"),
    (ENDED, "onnection aborted|socket hang up|ommunications link failure|ECONNABORTED"),
    (ENDED, "ProtocolError|upstream connect error or disconnect|sending to the backend"),
    (ENDED, "error reading status line from remote server|EPIPE|roken pipe|BrokenPipeError"),
    (RESET, "ECONNRESET|onnection reset|ConnectionReset|onnection was reset|10054|os error 104"),
    (RESET, "forcibly closed"),
    (REFUSED, "ECONNREFUSED|onnection refused|ConnectionRefused|HttpHostConnectException"),
    (REFUSED, "actively refused|no live upstreams|os error 111|ConnectException: Failed to conn"),
    (REFUSED, "Could not connect to the endpoint|Cannot connect to host|Can't connect to"),
    (REFUSED, "onnect call failed|Failed to open TCP connection|Failed to connect to"),
    (SILENT, "SocketTimeoutException|ead timed out|onnect timed out|onnection timed out"),
    (SILENT, "ReadTimeout|ConnectTimeout|TimeoutError|ETIMEDOUT|ESOCKETTIMEDOUT|i/o timeout"),
    (SILENT, "deadline exceeded|DEADLINE_EXCEEDED|Client.Timeout exceeded|upstream timed out"),
    (SILENT, "peration timed out|equest timed out|HttpTimeoutException|HEADERS_TIMEOUT"),
    (SILENT, "HeadersTimeout|reading data from socket|ateway timeout|ateway Timeout"),
)
"""Words that many products write, and what they say of the connection."""

_END = re.compile(
    r" \(|, caused by |, where |, or |; | … | in the access log|<said>| with | where "
)
_BLANK = re.compile(r"<[a-z]+>")
_SHORTEST = 12
"""Shorter words of a product stand in lines that say something else, too."""
_PROSE = re.compile(
    r"^\d+[):]|:$|^-|\b(it|one|another|retr\w+|repeats|older|see|before|body|nothing|target_status_code)\b"
)
"""What a data file says about the words of a log, rather than those words; and halves of them."""


def find_symptom(text: bytes) -> Symptom | None:
    """Find what an entry says of a failed connection; None if nothing.

    Where several words say several things (a chain of exceptions), what fits all of them holds;
    where nothing does, all that any of them says.
    """
    plain = without_frames(text)
    found = _find(plain)
    if not found:
        plain, found = text, _find(text)
    if not found:
        return None
    common = frozenset.intersection(*(kinds for kinds, _ in found))
    every = frozenset[Outcome]().union(*(kinds for kinds, _ in found))
    last = plain.rfind(b"\n", 0, max(at for _, at in found)) + 1
    return Symptom(common or every, plain[last:], min(at for _, at in found if at >= last) - last)


def without_frames(text: bytes) -> bytes:
    """An entry without the frames of stacks and the source in tracebacks: both are indented."""
    return _FRAME.sub(b"", text)


def _find(text: bytes) -> list[tuple[Kinds, int]]:
    """What is said in it, and where the last time."""
    found = [(kinds, at) for kinds, words in _literals() if (at := text.rfind(words)) >= 0]
    for kinds, pattern in _with_blanks():
        if match := pattern.search(text):
            found.append((kinds, match.start()))
    return found


@cache
def words_by_stem() -> tuple[tuple[bytes, tuple[bytes, ...], tuple[re.Pattern[bytes], ...]], ...]:
    """For each stem the words that have it, plain ones and those with blanks.

    Every symptom is found by its first stem, so each word is listed once.
    """
    plain: dict[bytes, list[bytes]] = {stem: [] for stem in STEMS}
    blank: dict[bytes, list[re.Pattern[bytes]]] = {stem: [] for stem in STEMS}
    for _, words in _literals():
        stem = next((stem for stem in STEMS if stem in words), None)
        if stem is not None:
            plain[stem].append(words)
    for _, pattern in _with_blanks():
        words = re.sub(rb"\\(.)", rb"\1", pattern.pattern)
        stem = next((stem for stem in STEMS if stem in words), None)
        if stem is not None:
            blank[stem].append(pattern)
    return tuple((stem, tuple(plain[stem]), tuple(blank[stem])) for stem in STEMS)


@cache
def _literals() -> tuple[tuple[Kinds, bytes], ...]:
    shared = [(kinds, each.encode()) for kinds, words in _WORDS for each in words.split("|")]
    own = [(kinds, words.encode()) for words, kinds in product_words().items() if "<" not in words]
    return (*shared, *own)


@cache
def _with_blanks() -> tuple[tuple[Kinds, re.Pattern[bytes]], ...]:
    own = [(words, kinds) for words, kinds in product_words().items() if "<" in words]
    return tuple((kinds, re.compile(_expression(words))) for words, kinds in own)


@cache
def product_words() -> dict[str, Kinds]:
    """What the data files say that a log has after an outcome; ``<host>`` stands for a blank.

    Words that the shared ones find anyway are left out, and those that no stem is in.
    """
    words: dict[str, set[Outcome]] = {}
    for outcome, text in sayings():
        for part in _END.split(text):
            said = part.strip(" ')\"…")
            if len(_BLANK.sub("", said)) >= _SHORTEST and not _PROSE.search(said):
                words.setdefault(said, set()).add(outcome)
    shared = [each for _, words in _WORDS for each in words.split("|")]
    return {
        said: frozenset(kinds)
        for said, kinds in words.items()
        if not any(each in said for each in shared) and any(s.decode() in said for s in STEMS)
    }


def sayings() -> Iterator[tuple[Outcome, str]]:
    """Go through what the data files say that the logs of clients have."""
    for slug in PRODUCTS:
        product = load(slug)
        if "client" in product.roles:
            yield from product.symptoms.items()


def _expression(words: str) -> bytes:
    """A pattern in which a blank stands for a word, and no word is longer than a host's name.

    Without an end to it, a line of a million colons would take a million times as long.
    """
    parts = _BLANK.split(words)
    return rb"\S{1,256}".join(re.escape(part).encode() for part in parts)
