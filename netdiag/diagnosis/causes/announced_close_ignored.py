"""The last response had announced the close, and the client used the connection again.

## What happens

A server that ends a connection after a response says so: `Connection: close`, or HTTP/1.0 without
`Connection: keep-alive`. This client put the connection back into its pool all the same.

## On the wire

- a response with `Connection: close`, usually followed at once by the server's FIN;
- another request on the same connection, which draws a RST or nothing.

## What the log says

The same as for a stale connection, but on every request that follows such a response.

## Look-alikes

- stale-keep-alive: nothing was announced;
- max-requests: the limit was announced, and the client took it well.

## What to change

Let the client honour `Connection: close`: a custom reuse strategy, a proxy that strips the field,
or a hand-written client is to blame.

## References

RFC 9112, sections 9.3 and 9.6: a client that receives the close option must not send more requests
on that connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim, confidence_of

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "announced-close-ignored"
TITLE = "a connection was used after a response that announced its close"
SEVERITY = "error"
HARMLESS = "error"


def explains(story: Story) -> Claim | None:
    """Claim unanswered requests that followed an announced close."""
    if not story.reused_after_close or not (story.announced or story.announcement_cut):
        return None
    # RFC 9112, section 9.6: a server that closes after a response should have said so in it.
    return Claim(harmed=True, confidence=confidence_of(story, proven=story.announced))
