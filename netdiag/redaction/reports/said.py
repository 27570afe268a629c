"""What a payload says, as reports quote it: a start line, a status, a server's last words."""

from __future__ import annotations

import re

from netdiag.exchanges.protocols.http1 import METHODS
from netdiag.redaction.payloads.farewells import mask_last_words
from netdiag.redaction.payloads.http1 import mask_start_line
from netdiag.redaction.words import Words, filler

_OWN_LABEL = re.compile(
    r"\d+\s?(?:bytes?|[\u3000-\u9fff]+)(?:[ \u3000-\u9fff]|of TLS data|TLS)*"
    r"|TLS close_notify|keep-alive probe|(?:(?:FIN|SYN|RST|ACK)(?:, )?)*"
)
"""What a label says that no payload has said; a payload's own words are never read as Chinese."""

_BEHIND = re.compile(r"(?: \(again\))?(?: \+ (?:(?:FIN|SYN|RST|ACK)(?:, )?)+)?$")
"""What a label may have behind what was said."""

_STATUS = re.compile(r"[1-9]\d\d(?: .*)?", re.DOTALL)
_IN_A_RESPONSE = b"HTTP/1.1 "
_REQUEST = re.compile("|".join(re.escape(method.decode()) for method in METHODS))


def mask_said(text: str, words: Words) -> str:
    """The label or summary that may be shown; netdiag's own words in it stay."""
    found = _BEHIND.search(text)
    end = found.start() if found else len(text)
    return _mask(text[:end], words) + text[end:]


def _mask(text: str, words: Words) -> str:
    if _OWN_LABEL.fullmatch(text):
        return text
    raw = text.encode("latin-1", "replace")
    last = mask_last_words(raw)
    if last is not None and b": " in raw:
        masked = last
    elif _STATUS.fullmatch(text):
        masked = mask_start_line(_IN_A_RESPONSE + raw, words)[len(_IN_A_RESPONSE) :]
    elif _REQUEST.match(text):
        masked = mask_start_line(raw, words)
    else:
        masked = last if last is not None else filler(len(raw))
    return masked.decode("latin-1")
