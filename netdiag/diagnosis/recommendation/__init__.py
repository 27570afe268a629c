"""Recommends an idle limit for the client, and tries it on the requests of the capture."""

from netdiag.diagnosis.recommendation.limit import ClientLimit, Part, client_limit
from netdiag.diagnosis.recommendation.race import Race, find_race
from netdiag.diagnosis.recommendation.replay import Replay, replay
from netdiag.diagnosis.recommendation.retrying import Retrying, find_retrying
from netdiag.diagnosis.recommendation.scope import Scope, find_scope
from netdiag.diagnosis.recommendation.server_side import ServerSide, server_side

__all__ = [
    "ClientLimit",
    "Part",
    "Race",
    "Replay",
    "Retrying",
    "Scope",
    "ServerSide",
    "client_limit",
    "find_race",
    "find_retrying",
    "find_scope",
    "replay",
    "server_side",
]
