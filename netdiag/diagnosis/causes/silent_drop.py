"""An idle connection was used again, and nothing answered.

## What happens

Something on the path (a NAT gateway, firewall or load balancer) keeps a table of connections and
forgets those that were idle for long. It tells neither end, and from then on drops their packets.

## On the wire

- a request after an idle time, then the same request again and again at doubling intervals;
- nothing from the server: no ACK, no FIN, no RST;
- a new connection to the same server works.

## What the log says

A read timeout (SocketTimeoutException: Read timed out), not a reset. Where the client sets no
read timeout, it hangs for many minutes.

## Look-alikes

- lost-close: a RST answers;
- server-abort: the server acknowledges the request, and ends the connection;
- a server that is down: new connections fail as well;
- a server that is slow: it acknowledges the request.

## What to change

Keep idle connections shorter than the box does (usual: 240, 300, 350, 3600 s), or send TCP
keep-alive probes more often than that. Set a read timeout.

## References

RFC 5382, section 5 (NAT must keep established connections for 2 hours 4 minutes; many do not);
RFC 9293, section 3.8.4 (keep-alives).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "silent-drop"
TITLE = "an idle connection was used again and nothing answered"
SEVERITY = "error"
HARMLESS = "error"

SOME_IDLE_NS = 2_000_000_000
"""No box forgets a connection sooner; a pause in busy traffic is packet loss."""

FEWEST_RETRANSMISSIONS = 2
"""One may be a tail-loss probe (RFC 8985) that was lost with the request."""


def explains(story: Story) -> Claim | None:
    """Claim requests after an idle time that drew nothing, however often they were sent."""
    if story.close >= 0 or story.request < 0 or story.idle_ns < SOME_IDLE_NS:
        return None
    if story.outcome == "answered" and story.answer_lost:
        return Claim(harmed=True, confidence="medium")
    if story.outcome != "unanswered" or story.retransmissions < FEWEST_RETRANSMISSIONS:
        return None
    return Claim(harmed=True, confidence="high" if story.retransmissions > 2 else "medium")
