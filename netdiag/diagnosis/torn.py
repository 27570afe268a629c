"""`is_torn`: whether a hole in a damaged capture lies where a story's evidence does.

From a `Story` and the holes of its scene. What follows from that is left to `diagnose`, and to the
report, which says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story

FOR_EVER_NS = (1 << 63) - 1


def is_torn(story: Story) -> bool:
    """Whether the captures hold nothing of a part of the time that the story tells of.

    It begins with the exchange before the last request, or with the connection, and ends with the
    RST that the request drew, or with the connection. One that has not ended lasts on: the close
    that is missing, or the answer, may lie in a hole behind it.
    """
    scene, connection = story.scene, story.connection
    if not len(scene.holes):
        return False
    before = story.exchange_before
    first = int(scene.exchanges.request[before]) if before >= 0 else -1
    if first < 0:
        first = int(scene.connections.start[connection])
    times = np.array([[scene.time_ns(first)], [_end_ns(story)]])
    return bool(scene.holes.cross(times[0], times[1])[0])


def _end_ns(story: Story) -> int:
    scene, connection = story.scene, story.connection
    if story.reset is not None:
        return scene.time_ns(story.reset.row)
    if not scene.once("ended", lambda: scene.connections.has_ended)[connection]:
        return FOR_EVER_NS
    return scene.time_ns(int(scene.connections.stop[connection]) - 1)
