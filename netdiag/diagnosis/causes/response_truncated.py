"""The server closed or reset the connection inside a response.

## What happens

A part of the response was on its way when the connection ended: the server's process died, a proxy
lost its own backend, a worker was killed.

## On the wire

- a response head that declares a Content-Length, or chunks;
- the server's FIN or RST before as many bytes had come, or before the last chunk.

## What the log says

Premature end of Content-Length delimited message body, IncompleteRead, unexpected EOF, aborted.

## Look-alikes

- server-abort: nothing of the response had come;
- a response to HEAD, or with status 204 or 304, which has no body whatever it declares;
- a client that closed first.

## What to change

Look at the server's (or the proxy's) log at this time.

## References

RFC 9112, sections 6.3 and 8 (incomplete messages).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim, confidence_of

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "response-truncated"
TITLE = "the server ended the connection inside a response"
SEVERITY = "error"
HARMLESS = "error"


def explains(story: Story) -> Claim | None:
    """Claim closes before the end that a response head had declared."""
    if not story.closed_by_server or not story.truncated:
        return None
    return Claim(harmed=True, confidence=confidence_of(story, proven=True))
