"""The server's host refused the connection.

## What happens

Nothing listens on the port: the server is down, restarting, or listens elsewhere; or a firewall
answers in its name.

## On the wire

- a SYN, answered by RST,ACK.

## What the log says

Connection refused, ECONNREFUSED.

## Look-alikes

- server-restart: connections that had been open end as well;
- a SYN that nothing answers: the packet is dropped on the way;
- a client that tries many ports or hosts: a scan, not a failure (netdiag then says info).

## What to change

Find out why nothing listens: look at the server's own log and at what restarts it.

## References

RFC 9293, section 3.10.7.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "connection-refused"
TITLE = "the server refused the connection"
SEVERITY = "error"
HARMLESS = "info"


def explains(story: Story) -> Claim | None:
    """Claim SYNs that a RST answered."""
    if not story.refused or story.refused_again:
        return None
    return Claim(
        harmed=not story.refusal_is_harmless, confidence="high" if story.syn_seen else "low"
    )
