"""The second room: turns the packets of captures into `Segments`, one row a TCP segment.

Made from `Records` of the capture room. Which segments belong together is left to the
connections room; what a payload says to the `Marker` that a later room hands in.
"""

from netdiag.decode.addresses import Addresses
from netdiag.decode.decoder import Decoder
from netdiag.decode.join import Load, LoadedCapture
from netdiag.decode.load import load
from netdiag.decode.marks import Mark, Marker, Marks, Payloads
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Flag, Segments

__all__ = [
    "Addresses",
    "Decoder",
    "Flag",
    "Load",
    "LoadedCapture",
    "Mark",
    "Marker",
    "Marks",
    "Payloads",
    "Samples",
    "Segments",
    "load",
]
