"""All connections of one server ended within a moment.

## What happens

The server was stopped, restarted, reloaded or killed. Its kernel ended all its connections at
once, whatever their idle times. What a client sends on them afterwards draws a RST.

## On the wire

- FIN or RST on every connection of that server within a second, at different idle ages;
- often followed by refused connections, until the new process listens;
- or the server's own word that it shuts down or that an administrator ended the session
  (PostgreSQL FATAL 57P01, MySQL errors 1053 and 1927), on one connection or on all.

## What the log says

A burst of the same exceptions as for stale connections, at one moment.

## Look-alikes

- stale-keep-alive: each connection ends at the same idle age;
- a coarse idle timer, which ends the connections that are old enough and leaves the younger ones.

## What to change

Drain before stopping: let the server finish its requests, announce `Connection: close`, and stop
listening first. In the client, look at the connection before using it again, and retry idempotent
requests.

## References

RFC 9112, section 9.6 (tear-down).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.diagnosis.causes.cause import Claim

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

SLUG = "server-restart"
TITLE = "all connections of the server ended within a moment"
SEVERITY = "error"
HARMLESS = "info"


def explains(story: Story) -> Claim | None:
    """Claim closes that all connections of a server had in common, or that it gave this name."""
    if not story.closed_together and not story.dismissed:
        return None
    lost = story.request >= 0 and story.outcome != "answered" and not story.answer_unseen
    harmed = (story.reused_after_close or lost) and not story.is_check
    return Claim(harmed=harmed, confidence="high" if story.syn_seen else "medium")
