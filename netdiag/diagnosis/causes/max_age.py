"""The server ends its connections at a fixed age.

## What happens

Servers and proxies limit how long a connection may live, however busy it is (nginx
keepalive_time, AWS ALB client_keep_alive.seconds, Envoy max_connection_duration, gRPC
MaxConnectionAge), so that clients spread over new servers. Most announce it in the last response
(Connection: close, GOAWAY); a bare timer may end a connection in the middle of a request.

## On the wire

- the server's FIN at the same age since the handshake on several connections, which began at
  different times, were idle for different times, and had carried different numbers of requests;
- or, where the server looks when it answers: every response that closes came at a greater age
  than every response that doesn't.

## What the log says

Nothing, where the client honours the announcement. Where a timer ends a connection in use, what a
server-abort or a stale-keep-alive leaves.

## Look-alikes

- stale-keep-alive: the idle time before the close is the same each time, the age is not;
- max-requests: the number of requests is the same each time;
- server-restart: the connections end at the same moment, not at the same age.

## What to change

Nothing, where all clients honour the announcement. Otherwise have the client replace its
connections before they reach that age.

## References

RFC 9112, section 9.6; RFC 9113, section 6.8; nginx, ngx_http_core_module, keepalive_time; Envoy,
HttpProtocolOptions.max_connection_duration; gRPC proposal A9, server-side connection management.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "max-age"
TITLE = "the server ends connections at a fixed age"
SEVERITY = "error"
HARMLESS = "info"


def explains(story: Story) -> Claim | None:
    """Claim connections that ended at the same age, and the requests that this cost."""
    if not story.closed_at_age:
        return None
    cut_off = story.exchange >= 0 and story.outcome != "answered" and story.asks
    cut_off = cut_off and not story.answer_unseen
    return Claim(
        harmed=story.reused_after_close or cut_off,
        confidence="high" if story.syn_seen else "medium",
    )
