"""The client keeps idle connections for longer than the server does.

## What happens

The server ends its idle connections first. The client finds that out when it wants to use one of
them: it looks, sees the close, and opens another. Nothing fails as long as every look comes after
the close has arrived; a request that is sent while the close is under way is lost.

## On the wire

- the server's FIN on an idle connection, acknowledged by the client's kernel;
- the client in CLOSE_WAIT, often for seconds or minutes;
- then the client's own FIN or RST and, at once, a new connection to the same server; again and
  again.

## What the log says

Nothing, or that a connection was dropped and opened again, at debug level. Later, now and then,
what a keep-alive-race or a stale-keep-alive leaves.

## Look-alikes

- stale-keep-alive: the client doesn't look, and a request is lost (where the same client has
  both, that says it all);
- close-wait-leak: the client never comes back;
- a client that closes as soon as the FIN comes: it may keep connections for longer as well, but
  how long doesn't show;
- a client that heeds the server's Keep-Alive: timeout= closes late, too, and would not have used
  the connection.

## What to change

Give the client an idle limit below the server's timeout, or the server a timeout above the
client's, so that the client is always the one that closes.

## References

RFC 9112, section 9.5; RFC 9293, section 3.3.2 (CLOSE-WAIT).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "timeout-mismatch"
TITLE = "the client keeps idle connections for longer than the server does"
SEVERITY = "warning"
HARMLESS = "warning"


def explains(story: Story) -> Claim | None:
    """Claim connections that the client gave up, late, for new ones."""
    if not story.given_up_for_another:
        return None
    hidden = story.is_encrypted  # and with it a Keep-Alive: timeout= that the client may heed
    return Claim(harmed=False, confidence="low" if hidden else "high")
