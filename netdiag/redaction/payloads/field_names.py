"""Names of HTTP fields that may be shown: registered or common ones, which name nobody.

IANA's "Hypertext Transfer Protocol (HTTP) Field Name Registry", and what proxies and browsers
send besides. Any other name may be one of the house, and is filled.
"""

from __future__ import annotations

FIELD_NAMES = frozenset(
    b"""
    accept accept-charset accept-encoding accept-language accept-patch accept-post accept-ranges
    access-control-allow-credentials access-control-allow-headers access-control-allow-methods
    access-control-allow-origin access-control-expose-headers access-control-max-age
    access-control-request-headers access-control-request-method age allow alt-svc authorization
    cache-control clear-site-data connection content-disposition content-encoding content-language
    content-length content-location content-range content-security-policy content-type cookie
    cross-origin-embedder-policy cross-origin-opener-policy cross-origin-resource-policy date dnt
    early-data etag expect expires forwarded from host http2-settings idempotency-key if-match
    if-modified-since if-none-match if-range if-unmodified-since keep-alive last-modified link
    location max-forwards mime-version origin p3p permissions-policy pragma priority
    proxy-authenticate proxy-authorization proxy-connection range referer referrer-policy
    refresh retry-after sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user
    sec-websocket-accept sec-websocket-extensions sec-websocket-key sec-websocket-protocol
    sec-websocket-version server server-timing set-cookie strict-transport-security te trailer
    traceparent tracestate transfer-encoding upgrade upgrade-insecure-requests user-agent vary via
    want-digest warning www-authenticate x-content-type-options x-correlation-id x-forwarded-for
    x-forwarded-host x-forwarded-port x-forwarded-proto x-frame-options x-idempotency-key
    x-powered-by x-real-ip x-request-id x-requested-with x-xss-protection
    """.split()
)
"""In lower case."""
