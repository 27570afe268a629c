"""`budget`: how long a search goes on, and that it is the same one each time where it is short."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

LONGER = "NETDIAG_EXAMPLES"
"""So many examples instead of a test's own number, at random."""


def budget(examples: int, steps: int = 50) -> settings:
    """The settings of a search through that many examples.

    Args:
        examples: how many where nothing else is asked for.
        steps: of a state machine, at most.
    """
    asked = os.environ.get(LONGER)
    return settings(
        max_examples=int(asked or examples),
        stateful_step_count=steps,
        derandomize=asked is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
