"""The fifth room: infers after how much idle time servers and clients end connections."""

from netdiag.timeouts.age_limit import age_limits
from netdiag.timeouts.estimate import IdleTimeout, estimate
from netdiag.timeouts.holes import remembered_without_holes, without_holes
from netdiag.timeouts.idleness import Remembered, find_idleness
from netdiag.timeouts.infer import Claims, IdleTimeouts, infer
from netdiag.timeouts.reasons import (
    SHORTEST_IDLE_NS,
    Reason,
    by_server,
    counted_once,
    find_reasons,
)
from netdiag.timeouts.request_limit import request_limits
from netdiag.timeouts.setting import Known

__all__ = [
    "SHORTEST_IDLE_NS",
    "Claims",
    "IdleTimeout",
    "IdleTimeouts",
    "Known",
    "Reason",
    "Remembered",
    "age_limits",
    "by_server",
    "counted_once",
    "estimate",
    "find_idleness",
    "find_reasons",
    "infer",
    "remembered_without_holes",
    "request_limits",
    "without_holes",
]
