"""`NextCapture`: what to record to settle what a capture left open."""

from __future__ import annotations

from msgspec import Struct


class NextCapture(Struct, frozen=True):
    """One recording.

    Attributes:
        where: the host to record on.
        why: what it will show, and for how long to record.
        command: to be run there, in a shell, as root.
    """

    where: str
    why: str
    command: str
