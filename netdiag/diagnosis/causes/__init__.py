"""The shelf of causes: one module each, and its docstring is its manual.

A connection gets the first cause of this tuple that explains it, so what explains more comes
first. To add one: the module, this tuple, a fixture where it holds and one where it must not.
Importing the shelf costs little: nothing here needs numpy.
"""

from __future__ import annotations

from netdiag.diagnosis.causes import (
    announced_close_ignored,
    close_wait_leak,
    connection_refused,
    idle_reset,
    keep_alive_race,
    lost_close,
    max_age,
    max_requests,
    middlebox_reset,
    request_timeout,
    response_truncated,
    server_abort,
    server_restart,
    silent_drop,
    stale_keep_alive,
    timeout_mismatch,
)
from netdiag.diagnosis.causes.cause import Cause, Claim

CAUSES: tuple[Cause, ...] = tuple(
    Cause.of(module)
    for module in (
        connection_refused,
        server_restart,
        request_timeout,
        announced_close_ignored,
        max_requests,
        max_age,
        response_truncated,
        middlebox_reset,
        stale_keep_alive,
        keep_alive_race,
        server_abort,
        lost_close,
        silent_drop,
        idle_reset,
        close_wait_leak,
        timeout_mismatch,
    )
)

__all__ = ["CAUSES", "Cause", "Claim"]
