"""The first room: opens captures, and hands on their packets as blocks of `Records`.

Made from paths. What is in the packets is left to the decode room.
"""

from netdiag.capture.blocks import BLOCK_BYTES
from netdiag.capture.capture import Capture, CaptureInfo, open_capture
from netdiag.capture.records import RecordColumns, Records
from netdiag.capture.sources import CaptureSource, find_captures

__all__ = [
    "BLOCK_BYTES",
    "Capture",
    "CaptureInfo",
    "CaptureSource",
    "RecordColumns",
    "Records",
    "find_captures",
    "open_capture",
]
