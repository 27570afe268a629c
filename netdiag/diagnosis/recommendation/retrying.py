"""`find_retrying`: which harmed requests a retry hid, would have hidden, or must not touch.

RFC 9110, section 9.2.2: GET, HEAD, OPTIONS, TRACE, PUT and DELETE are idempotent, and a client may
repeat them by itself when a connection fails before the response; anything else only if it knows
that the request was not applied, or is idempotent all the same. An Idempotency-Key field
(draft-ietf-httpapi-idempotency-key-header) says that it is if the server honours the key, which a
capture doesn't show.
"""

from __future__ import annotations

from msgspec import Struct

from netdiag.decode.marks import Mark
from netdiag.diagnosis.recommendation.scope import Scope
from netdiag.diagnosis.story import Story
from netdiag.exchanges.heads import field, start_line

IDEMPOTENT = frozenset({b"GET", b"HEAD", b"OPTIONS", b"TRACE", b"PUT", b"DELETE"})
KEY_FIELDS = (b"idempotency-key", b"x-idempotency-key")


class Retrying(Struct, frozen=True):
    """The harmed requests of a scope by what a retry could do for them.

    Attributes:
        idempotent: may be sent again.
        unsafe: methods that may not, with how many requests each; as written on the wire.
        unknown: nothing readable says so: no HTTP/1 in clear, a cut head, an Idempotency-Key.
        retried: seen again on another connection, whatever their method.
        waited: nothing ever told the client that they had failed, so that a retry would come only
            after its own timeout.
    """

    idempotent: int
    unsafe: dict[str, int]
    unknown: int
    retried: int
    waited: int


def find_retrying(scope: Scope) -> Retrying:
    """Sort the harmed requests of a scope."""
    idempotent = unknown = 0
    unsafe: dict[str, int] = {}
    for story in scope.harmed:
        method = _method(story)
        if method in IDEMPOTENT:
            idempotent += 1
        elif method is None or _has_key(story):
            unknown += 1
        else:
            name = method.decode("latin-1")
            unsafe[name] = unsafe.get(name, 0) + 1
    silent = {"unanswered", "ignored"}
    waited = sum(story.outcome in silent and story.told is not True for story in scope.harmed)
    return Retrying(idempotent, unsafe, unknown, len(scope.retries), waited)


def _method(story: Story) -> bytes | None:
    """The method of a story's request; None where it can't be read."""
    scene = story.scene
    if scene.mark(story.request) != Mark.HTTP_REQUEST:
        return None
    method, space, _ = start_line(scene.sample(story.request)).partition(b" ")
    return method if space and method.isalpha() and len(method) <= 32 else None


def _has_key(story: Story) -> bool:
    sample = story.scene.sample(story.request)
    return any(field(sample, name) is not None for name in KEY_FIELDS)
