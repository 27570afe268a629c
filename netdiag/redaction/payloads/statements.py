"""SQL: statements that only check or frame others stay, all others get a stand-in.

Which those are is what `netdiag.diagnosis.checks` asks; only fixed forms of them, without a word
of anybody's, are known here.
"""

from __future__ import annotations

import re

from netdiag.redaction.words import Words

_HARMLESS = re.compile(
    rb"\s*(?:/\*\s*ping\s*\*/(?:\s*select\s+1)?|(?:select|values|do)\s*\(?1\)?(?:\s+from\s+dual)?"
    rb"|begin(?:\s+(?:work|transaction))?|commit(?:\s+work)?|rollback(?:\s+work)?"
    rb"|start\s+transaction(?:\s+read\s+(?:only|write))?"
    rb"|set\s+autocommit\s*=\s*[01]|set\s+session\s+transaction\s+read\s+(?:only|write)"
    rb"|set\s+names\s+'?utf8(?:mb[34])?'?|set\s+extra_float_digits\s*=\s*[0-3])?\s*;?\s*",
    re.IGNORECASE,
)
_FRAME = re.compile(rb"\s*(?:begin|commit|rollback|start\s+transaction|set\s)", re.IGNORECASE)
_REPLICATION = b"START_REPLICATION"


def mask_statement(text: bytes, words: Words, *, is_whole: bool) -> bytes:
    """A statement, or its beginning, as long as it was.

    Args:
        text: the statement.
        words: the stand-ins.
        is_whole: whether it ends here.
    """
    if is_whole and _HARMLESS.fullmatch(text):
        return text
    frame = _FRAME.match(text)
    if frame is not None:
        return frame.group() + words.token(text[frame.end() :])
    if text.startswith(_REPLICATION):
        return _REPLICATION + words.token(text[len(_REPLICATION) :])
    return words.token(text)
