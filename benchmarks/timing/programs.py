"""netdiag and its peers: their command lines, their versions, and which of them are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# PcapReader dissects only the layers that have been imported: all of them, as scapy's users do.
SCAPY = """
import sys
from scapy.all import PcapReader
for _, packet in zip(range(int(sys.argv[2])), PcapReader(sys.argv[1])):
    packet.time
"""


@dataclass(frozen=True, slots=True)
class Program:
    """Something that reads captures.

    Attributes:
        name: what tables call it.
        does: what it is asked to do, as part of a sentence.
        arguments: its command line, with ``{capture}``, ``{output}`` and ``{packets}`` in it.
        version: a command line whose output has its version; empty if that is said elsewhere.
        most_packets: it is given only the first so many; its time for all of them is worked out.
    """

    name: str
    does: str
    arguments: tuple[str, ...]
    version: tuple[str, ...]
    most_packets: int | None = None

    def command(self, capture: Path, output: Path, packets: int) -> list[str]:
        """The command line for a capture."""
        places = {"{capture}": str(capture), "{output}": str(output), "{packets}": str(packets)}
        return [places.get(argument, argument) for argument in self.arguments]

    @property
    def is_installed(self) -> bool:
        """Whether it can be run here."""
        return shutil.which(self.arguments[0]) is not None

    def installed_version(self) -> str:
        """The first number with a point in it that it says of itself."""
        run = subprocess.run(self.version, capture_output=True, text=True, check=False)
        found = re.search(r"\d+(\.\d+)+\S*", run.stdout + run.stderr)
        return found[0].rstrip(".,)") if found else "of unknown version"


NETDIAG = Program(
    "netdiag",
    "the whole diagnosis, as a JSON report",
    (sys.executable, "-m", "netdiag", "analyze", "{capture}", "--format", "json", "-o", "{output}"),
    (sys.executable, "-m", "netdiag", "--version"),
)
PURE = Program(
    "netdiag-pure",
    "the same without its compiled loops, as where there is no C compiler",
    ("env", "NETDIAG_PURE=1", *NETDIAG.arguments),
    (),
)
PEERS = (
    PURE,
    Program(
        "tcpdump",
        "`-r -w /dev/null`: reads the records and writes them again, looks into none",
        ("tcpdump", "-r", "{capture}", "-w", "/dev/null"),
        ("tcpdump", "--version"),
    ),
    Program(
        "tcptrace",
        "`-n`: a line for each connection",
        ("tcptrace", "-n", "{capture}"),
        ("tcptrace", "-v"),
    ),
    Program(
        "tshark",
        "`-q -z conv,tcp`: dissects every packet, a line for each connection",
        ("tshark", "-r", "{capture}", "-q", "-z", "conv,tcp"),
        ("tshark", "--version"),
    ),
    Program(
        "scapy",
        "`PcapReader`: dissects every packet, and that is all",
        (sys.executable, "-c", SCAPY, "{capture}", "{packets}"),
        (sys.executable, "-c", "import scapy; print(scapy.__version__)"),
        most_packets=20_000,
    ),
)


def installed_peers(without: tuple[str, ...] = ()) -> list[Program]:
    """The peers that can be run here, in the order of `PEERS`."""
    return [peer for peer in PEERS if peer.is_installed and peer.name not in without]
