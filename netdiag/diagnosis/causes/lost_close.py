"""The server no longer had the connection, and no close had reached the client.

## What happens

The server ended the connection, or vanished with it, but the client was never told: the FIN was
lost or dropped on the way, the host went down without a word, another host took over its address.
The client's connection is still ESTABLISHED when it sends the next request.

## On the wire

- at the client: no FIN before the RST that answers the request;
- at the server: a FIN that is sent again and again and never acknowledged, or none at all; the
  request arrives much later than a round trip after it and does not acknowledge it.

## What the log says

Connection reset, ECONNRESET: the RST hits an ESTABLISHED socket.

## Look-alikes

- stale-keep-alive: the FIN arrived and was acknowledged by the request;
- middlebox-reset: the RST's time to live is not the server's;
- silent-drop: nothing answers at all.

## What to change

Find what drops the FIN: a firewall or load balancer that has already forgotten the connection, a
failover. A capture at the other end decides between a FIN that was lost and one never sent. In the
client, keep idle connections shorter than anything on the path does.

## References

RFC 9293, section 3.10.7.1 (a segment for a connection that does not exist draws a RST).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim, confidence_of

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "lost-close"
TITLE = "the server no longer had the connection, and no close had reached the client"
SEVERITY = "error"
HARMLESS = "warning"

SOME_IDLE_NS = 1_000_000_000
"""Idle for less than this, a connection was rather in use than in a pool."""


def explains(story: Story) -> Claim | None:
    """Claim requests that do not acknowledge a close of long ago, or that drew a lone RST."""
    if story.reused_after_close and not story.told and not story.crossed:
        sure = confidence_of(story, story.told is False)
        return Claim(harmed=not story.is_check, confidence=sure)
    if story.close >= 0 or story.outcome != "reset" or story.reset is None:
        return None
    if story.reset.origin != "no-socket" or story.client_ended_before_reset or story.idle_ns < 0:
        return None
    if story.idle_ns >= SOME_IDLE_NS:
        return Claim(harmed=not story.is_check, confidence="high")
    return Claim(harmed=True, confidence="low") if story.is_http else None
