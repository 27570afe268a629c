"""The words of `netdiag.report.phrases.words`, by their former name."""

from netdiag.report.phrases.words import (
    clock,
    count,
    day,
    frame_name,
    pause,
    seconds,
    setting,
    span,
)

__all__ = ["clock", "count", "day", "frame_name", "pause", "seconds", "setting", "span"]
