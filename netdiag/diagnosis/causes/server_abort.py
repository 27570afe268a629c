"""The server closed or reset the connection while a request was unanswered.

## What happens

The server had received the request, and ended the connection without answering: its process died,
its program closed the socket, a worker was killed for taking too long.

## On the wire

- a request, acknowledged by the server, on a connection that was not idle;
- no response, then the server's FIN, or a RST,ACK where request bytes were still unread.

## What the log says

The same exceptions as for a stale connection. The server's own log tells more: a crash, an
out-of-memory kill, a worker timeout.

## Look-alikes

- keep-alive-race: the close does not acknowledge the request;
- request-timeout: the request was not complete;
- response-truncated: a part of the response had come.

## What to change

Look for the crash in the server's log at this time. Do not repeat a request blindly: it may have
been carried out.

## References

RFC 9293, section 3.6.1 (a close with unread data resets); RFC 9110, section 9.2.2 (what may be
retried).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim, confidence_of

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "server-abort"
TITLE = "the server ended the connection while a request was unanswered"
SEVERITY = "error"
HARMLESS = "error"


def explains(story: Story) -> Claim | None:
    """Claim closes with a request outstanding that this server should have answered."""
    if not story.closed_by_server or not story.closed_unanswered or not story.asks:
        return None
    if not story.was_received or story.answer_unseen:
        return None
    whole = story.is_http and not story.may_be_partial_request
    return Claim(harmed=True, confidence=confidence_of(story, proven=whole))
