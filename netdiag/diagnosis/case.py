"""`Case`: one connection, and what its cause says of it."""

from __future__ import annotations

from msgspec import Struct

from netdiag.diagnosis.causes import Cause, Claim
from netdiag.diagnosis.proxies import PassedOn
from netdiag.diagnosis.story import Story


class Case(Struct, frozen=True):
    """One connection, and what its cause says of it.

    Attributes:
        passed_on: what the client of a proxy got of it, where the client of this connection is
            one; None where nothing of the kind was seen.
    """

    cause: Cause
    story: Story
    claim: Claim
    passed_on: PassedOn | None = None
