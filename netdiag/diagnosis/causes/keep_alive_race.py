"""A request and the server's idle close crossed on the way.

## What happens

The client sends a request on an idle connection at the very moment when the server's idle timeout
ends it. Neither can know of the other: the close arrives after the request was sent, the request
after the connection was closed.

## On the wire

- the request's acknowledgement number does not cover the FIN, and the FIN's does not cover the
  request;
- the two were captured no further apart than about a round trip; at the client the request comes
  first, at the server the FIN does;
- the idle time before the FIN is the server's idle timeout.

## What the log says

The same as for a stale connection, but seldom, and more often the longer the round trip is.

## Look-alikes

- stale-keep-alive: the request covers the FIN: the client had been told;
- lost-close: the request comes much later than a round trip after the FIN.

## What to change

No check before use can prevent it. Keep the client's idle limit well below the server's timeout,
so that no connection is used when it is about to end, and let idempotent requests be retried.

## References

RFC 9112, section 9.5: "a client might have started to send a new request at the same time that
the server has decided to close the idle connection".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "keep-alive-race"
TITLE = "a request and the idle close of the server crossed on the way"
SEVERITY = "error"
HARMLESS = "warning"


def explains(story: Story) -> Claim | None:
    """Claim requests that do not acknowledge a close sent within a round trip of them."""
    if not story.reused_after_close or story.told:
        return _arrived_too_late(story)
    if not story.crossed:
        return None
    sure = "high" if story.told is False else "medium"
    return Claim(harmed=not story.is_check, confidence=sure)


def _arrived_too_late(story: Story) -> Claim | None:
    """The kernel had the request, but the server's program had already decided to close.

    A lingering close sends a FIN that acknowledges the request, a plain one with unread data a
    RST (RFC 9293, section 3.6.1): only the moment tells these from an abort.
    """
    if not story.closed_unanswered or not story.crossed or not story.at_idle_timeout:
        return None
    return Claim(harmed=True, confidence="medium")
