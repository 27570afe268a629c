"""The server ends its connections after a fixed number of requests.

## What happens

Servers limit the requests that one connection may carry (nginx keepalive_requests, Apache httpd
MaxKeepAliveRequests, Tomcat maxKeepAliveRequests). The last response usually announces it.

## On the wire

- the server's FIN right after the N-th response, with the same N on several connections;
- `Connection: close` in that response, or `Keep-Alive: max=` counting down to it.

## What the log says

Nothing, where the client honours the announcement.

## Look-alikes

- stale-keep-alive: the close comes after an idle time;
- max-age: the close comes at the same age, after different numbers of requests.

## What to change

Nothing, unless the limit is so low that connections are rarely reused; then raise it.

## References

RFC 9112, section 9.6; nginx, ngx_http_core_module, keepalive_requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "max-requests"
TITLE = "the server ends connections after a fixed number of requests"
SEVERITY = "error"
HARMLESS = "info"


def explains(story: Story) -> Claim | None:
    """Claim closes after the same number of requests on several connections."""
    if not story.closed_at_limit:
        return None
    return Claim(harmed=story.reused_after_close, confidence="high")
