"""The server ends idle connections with RST.

## What happens

A server that ends an idle connection by RST (MariaDB at wait_timeout, programs that set SO_LINGER
to 0, HAProxy with `option nolinger`) leaves its client with a connection that is gone. The client's
next request fails in its own kernel and never reaches the wire.

## On the wire

- RST,ACK from the server after an idle time, with nothing outstanding, and no FIN before it or
  one right before it;
- nothing from the client afterwards.

## What the log says

Connection reset, ECONNRESET, Broken pipe (after a FIN), Communications link failure: at the next
use, often much later.

## Look-alikes

- middlebox-reset: the RST's time to live is not the server's;
- a RST that answers a request: there the request is on the wire.

## What to change

Keep idle connections in the client's pool shorter than the server's timeout (for databases:
maxLifetime or idleTimeout below wait_timeout), or check them before use.

## References

RFC 9293, section 3.6 (closing a connection); MySQL and MariaDB manuals, wait_timeout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "idle-reset"
TITLE = "the server ends idle connections with RST"
SEVERITY = "warning"
HARMLESS = "warning"


def explains(story: Story) -> Claim | None:
    """Claim RSTs on idle connections that no request followed."""
    if not story.closed_idle or story.request >= 0:
        return None
    if not story.closed_by_reset and not story.reset_behind_close:
        return None
    if story.close_was_provoked:
        return None
    return Claim(harmed=False, confidence="high" if story.syn_seen else "medium")
