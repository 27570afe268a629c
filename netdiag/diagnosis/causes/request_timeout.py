"""The server gave up waiting for a request, or for the rest of it.

## What happens

A client that has sent a part of a request and then stalls is cut off after the server's request
timeout. Some servers also end connections on which no first request has come: a client that opens
connections ahead and uses one later than that loses its first request.

## On the wire

- a request head without its end, or fewer body bytes than its Content-Length declares;
- some seconds of silence from the client, then the server's FIN, often after a 408 response;
- or the same on a connection that has carried nothing, and a first request that acknowledges it.

## What the log says

Whatever the client makes of a 408 that it did not expect, or of a connection that ends while it
still sends.

## Look-alikes

- server-abort: the request was complete;
- stale-keep-alive: a response had been given, and the connection was idle.

## What to change

Find out why the client stalls in the middle of a request (it waits for its own data source, its
upload is slow), or raise the server's request timeout. Where connections are opened ahead, let the
pool check them before their first use, or open them when they are needed.

## References

RFC 9110, section 15.5.9 (408 Request Timeout).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "request-timeout"
TITLE = "the server gave up waiting for a request"
SEVERITY = "error"
HARMLESS = "info"


def explains(story: Story) -> Claim | None:
    """Claim closes while a part of a request was missing, unsolicited 408s, and late beginners."""
    if not story.closed_by_server:
        return None
    if story.partial_request:
        return Claim(harmed=True, confidence="high" if story.syn_seen else "medium")
    if story.timed_out_with_408:
        return Claim(harmed=story.reused_after_close, confidence="high")
    if story.closed_unused and story.reused_after_close and story.told:
        return Claim(harmed=True, confidence="high")
    return None
