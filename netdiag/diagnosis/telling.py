"""Tells the `Story` of a connection out of the tables."""

from __future__ import annotations

from netdiag.diagnosis.crowds import Crowds
from netdiag.diagnosis.fates import (
    count_retransmissions,
    is_answer_lost,
    outcome_of,
    was_told,
    was_told_unseen,
)
from netdiag.diagnosis.resets import find_forged, find_reset
from netdiag.diagnosis.scene import Scene
from netdiag.diagnosis.story import Story
from netdiag.exchanges import CloseKind
from netdiag.timeouts import Reason


def tell(scene: Scene, crowds: Crowds, connection: int) -> Story:
    """The story of one connection."""
    endings, exchanges = scene.endings, scene.exchanges
    close = int(endings.close[connection])
    kind = CloseKind(int(endings.close_kind[connection]))
    after = int(endings.after_close[connection])
    answer_lost = is_answer_lost(scene, connection)
    exchange = after
    if exchange < 0:
        before = int(endings.before_close[connection])
        open_request = before >= 0 and (answer_lost or not exchanges.answered[before])
        exchange = before if open_request else -1
    request = int(exchanges.request[exchange]) if exchange >= 0 else -1
    crossed = (
        close >= 0
        and request >= 0
        and abs(scene.time_ns(request) - scene.time_ns(close))
        <= scene.crossing_window_ns(connection)
    )
    reset = find_reset(scene, connection, request) if request >= 0 else None
    told = was_told(scene, close, kind, request)
    if close < 0 and was_told_unseen(scene, connection, exchange, reset):
        told = True
    return Story(
        scene=scene,
        crowds=crowds,
        connection=connection,
        close=close,
        close_kind=kind,
        reason=Reason(int(scene.reason[connection])),
        closed_by_server=_closed_by_server(scene, connection),
        exchange=exchange,
        after_close=after >= 0,
        request=request,
        told=told,
        crossed=crossed,
        idle_ns=int(exchanges.idle_ns[exchange]) if exchange >= 0 else -1,
        idle_before_close_ns=int(endings.idle_ns[connection]),
        outcome=outcome_of(scene, connection, exchange, reset),
        reset=reset,
        retransmissions=count_retransmissions(scene, connection, request),
        answer_lost=answer_lost,
        forged=find_forged(scene, connection),
    )


def _closed_by_server(scene: Scene, connection: int) -> bool:
    close = int(scene.endings.close[connection])
    client_end = int(scene.endings.client_end[connection])
    return close >= 0 and (client_end < 0 or close < client_end)
