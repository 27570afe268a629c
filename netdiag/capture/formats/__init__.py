"""The shelf of capture formats, in the order in which they are tried."""

from netdiag.capture.formats.interface import Format
from netdiag.capture.formats.pcap import PCAP
from netdiag.capture.formats.pcapng import PCAPNG

FORMATS: tuple[Format, ...] = (PCAP, PCAPNG)
