"""`Tcpdump`: one tcpdump command, as a list of arguments and as a line to paste.

The report's next captures and `netdiag capture` both make theirs here. It always writes a ring of
files, so that it may run until it has happened again and never fills the disk.
"""

from __future__ import annotations

import math
from pathlib import PurePath
from shlex import join

from msgspec import Struct, field

from netdiag.recording.amounts import duration_text

SNAP_BYTES = 128
"""Ethernet, a VLAN tag, IPv6 and TCP with all its options take 14 + 4 + 40 + 60 bytes at most,
and mostly 66: what is left shows the kind of a request, and little that people would not like
to be recorded."""

ANY = "any"
"""Linux's name for all interfaces (pcap(3PCAP))."""

FOLDER = "/var/tmp"
"""Survives a restart, and is writable for the user that Debian's tcpdump turns into."""

MILLION = 1_000_000
"""tcpdump's ``-C`` counts in these (tcpdump(1))."""

PACKET_BYTES = 100
"""What a packet takes in such a capture on the average: 16 bytes of its own, headers, and 128 bytes
of every second one."""


class Ring(Struct, frozen=True):
    """Files that are overwritten, the oldest first, once all are full.

    Attributes:
        file_millions: millions of bytes a file.
        files: how many.
    """

    file_millions: int = 100
    files: int = 20

    @property
    def size(self) -> int:
        """How many bytes of the disk it takes at most, but for a packet a file."""
        return self.file_millions * self.files * MILLION

    @property
    def packets(self) -> int:
        """About how many packets it holds."""
        return self.size // PACKET_BYTES


def ring_of(size: int) -> Ring:
    """A ring that takes at most `size` bytes: of twenty files, or fewer where they get small.

    The file that is being overwritten is missing from it, so one of many is little lost.
    """
    millions = max(size // MILLION, 1)
    files = min(20, millions)
    return Ring(file_millions=millions // files, files=files)


class Tcpdump(Struct, frozen=True, kw_only=True):
    """One command.

    Attributes:
        packets: the filter.
        path: where the ring's files go; a number is appended to it.
        interface: what to listen on.
        snap_bytes: how much of each packet to keep.
        duration_s: after which it ends; None: with Ctrl-C.
        buffer_kib: what the kernel holds back while tcpdump is busy; None: tcpdump's own 2 MiB.
        options: more of them.
    """

    packets: str
    path: PurePath
    interface: str = ANY
    snap_bytes: int = SNAP_BYTES
    ring: Ring = field(default_factory=Ring)
    duration_s: float | None = None
    buffer_kib: int | None = None
    options: tuple[str, ...] = ()

    @property
    def arguments(self) -> list[str]:
        """What to hand to tcpdump; no shell has to be asked."""
        buffer = [] if self.buffer_kib is None else ["-B", str(self.buffer_kib)]
        ring = ["-C", str(self.ring.file_millions), "-W", str(self.ring.files)]
        listen = ["-i", self.interface, "-s", str(self.snap_bytes)]
        return [*listen, *self.options, *buffer, *ring, "-w", str(self.path), self.packets]

    @property
    def line(self) -> str:
        """The command as a line for a shell of root."""
        limit = [] if self.duration_s is None else ["timeout", duration_text(self.duration_s)]
        return join([*limit, "tcpdump", *self.arguments])

    @property
    def dumpcap_line(self) -> str:
        """The same with Wireshark's dumpcap (dumpcap(1)), for hosts that have only that."""
        limit = [] if self.duration_s is None else ["-a", f"duration:{math.ceil(self.duration_s)}"]
        ring = [
            "-b",
            f"filesize:{self.ring.file_millions * 1000}",
            "-b",
            f"files:{self.ring.files}",
        ]
        listen = ["-i", self.interface, "-s", str(self.snap_bytes), "-f", self.packets]
        return join(["dumpcap", *listen, *ring, *limit, "-w", str(self.path)])
