"""The client keeps connections that the server has closed.

## What happens

The server has ended the connections, the client's kernel knows it (netstat shows CLOSE_WAIT), and
the client's program neither uses nor closes them. The next one that it takes from its pool fails.
If it never does, it runs out of file descriptors.

## On the wire

- the server's FIN, acknowledged by the client's kernel;
- nothing else from the client until the capture ends, on several connections or for long.

## What the log says

Nothing yet; later what a stale connection leaves, or "too many open files".

## Look-alikes

- timeout-mismatch: the client finds the close at its next use, and opens another connection;
- a client that looks only at the next use, then closes quietly: a short CLOSE_WAIT is normal.

## What to change

Let the pool remove idle and expired connections by itself, and keep them shorter than the server
does. Close responses in all branches of the program.

## References

RFC 9293, section 3.3.2 (CLOSE-WAIT).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "close-wait-leak"
TITLE = "the client keeps connections that the server has closed"
SEVERITY = "warning"
HARMLESS = "warning"


def explains(story: Story) -> Claim | None:
    """Claim connections that stay in CLOSE_WAIT, several at once or for long."""
    if not story.kept_in_close_wait:
        return None
    return Claim(harmed=False, confidence="high" if story.syn_seen else "medium")
