"""The reset was sent by something between client and server.

## What happens

A firewall, proxy or load balancer that no longer wants the connection, or has forgotten it, ends it
with a RST in the server's name.

## On the wire

- a RST whose time to live differs from that of all other segments of the server;
- often without FIN before it, after an idle time, faster than the server could have answered.

A window of 0, missing TCP options or an IP identification of 0 prove nothing: every RST that Linux
sends for want of a socket has them.

## What the log says

Connection reset, ECONNRESET.

## Look-alikes

- lost-close: the RST has the server's time to live;
- a server whose RSTs start at another time to live (64, 128, 255) but come as many hops away.

## What to change

Ask for the box's idle timeout, keep idle connections in the client shorter than that, or send TCP
keep-alive probes more often.

## References

RFC 791, section 3.2 (each hop takes at least one from the time to live); RFC 9293, section
3.10.7.1 (what a RST for want of a socket looks like); RFC 3360 (inappropriate TCP resets).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim, confidence_of

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "middlebox-reset"
TITLE = "something between client and server reset the connection"
SEVERITY = "error"
HARMLESS = "warning"


def explains(story: Story) -> Claim | None:
    """Claim RSTs whose time to live is not that of the host they name."""
    if story.reset is not None and story.reset.origin == "middlebox" and not story.told:
        return Claim(harmed=True, confidence=confidence_of(story, proven=True))
    if story.forged is None or story.reused_after_close or story.refused:
        return None
    return Claim(harmed=False, confidence=confidence_of(story, proven=True))
