"""The client used a pooled connection that the server had closed as idle.

## What happens

A server closes a kept-alive connection when it has been idle for as long as the server's idle
timeout allows. The client's kernel is told by a FIN and moves the connection to CLOSE_WAIT, but
the client's pool does not look. Later it sends a request on it. The server has no socket for it
any more and answers with RST, or reads it and throws it away. The server's access log shows
nothing.

## On the wire

- the server's FIN, RST or close_notify on a connection with nothing outstanding, after the same
  idle time again and again;
- a new request on the same connection whose acknowledgement number covers the FIN: the client's
  kernel had it;
- a bare RST (no socket), an RST,ACK up to a second later (Tomcat), an ACK and nothing (Apache
  httpd lingers), or nothing at all.

## What the log says

NoHttpResponseException: ... failed to respond (Apache HttpClient), RemoteDisconnected (Python),
unexpected end of stream (OkHttp), Connection prematurely closed BEFORE response (reactor-netty),
socket hang up (Node.js), server closed idle connection (Go).

## Look-alikes

- keep-alive-race: the request does not acknowledge the FIN, and both were sent within a round
  trip: no client could have known;
- lost-close: the FIN never reached the client;
- announced-close-ignored: the last response had said that the connection would end;
- a pool that checks connections (isValid(), PING, SELECT 1) before it lends them out: the check is
  what meets the closed connection, and nothing is lost. A warning, since a close may come right
  after a check.

## What to change

Keep idle connections in the client for a shorter time than the server does, with a margin for
the server's timer and a round trip. Look at the connection before using it again. Let idempotent
requests be retried, since a race always remains.

## References

RFC 9112, section 9.5 (a client must be ready for a close at any time); RFC 9293, section 3.10.7.1
(RST for a connection that does not exist); RFC 9110, section 9.2.2 (what may be retried).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim, confidence_of

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "stale-keep-alive"
TITLE = "a pooled connection was used after the server had closed it as idle"
SEVERITY = "error"
HARMLESS = "warning"


def explains(story: Story) -> Claim | None:
    """Claim unanswered requests whose acknowledgement number covers the close."""
    if not story.reused_after_close or not story.told:
        return None
    unsure = story.close < 0 or story.may_be_restart
    sure = "medium" if unsure else confidence_of(story, proven=True)
    return Claim(harmed=not story.is_check, confidence=sure)
