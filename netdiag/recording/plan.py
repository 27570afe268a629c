"""`Plan`: what to run on which host, why each option is there, and what else helps.

From what the user asked for (`Wanted`); how it is laid out on the page is left to
`netdiag.recording.page`, running it to `netdiag.recording.run`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Literal

from msgspec import Struct, field

from netdiag.recording.packets import packet_filter
from netdiag.recording.tcpdump import ANY, FOLDER, SNAP_BYTES, Ring, Tcpdump

End = Literal["client", "server"]
ENDS: tuple[End, ...] = ("client", "server")

BUFFER_KIB = 16_384
"""A second of 128,000 packets: tcpdump is not kept waiting by the disk for longer."""

FOLLOWABLE = ("-n", "-U")
AS_ROOT = ("-Z", "root")


class Wanted(Struct, frozen=True, kw_only=True):
    """What was asked for.

    Attributes:
        hosts: addresses; none means all.
        ports: none means all.
        ends: the hosts to capture on; none means this one, whichever it is.
        output: a path to write to instead of a name in `FOLDER`.
        vlan: whether packets have VLAN tags that the network card leaves in place.
    """

    hosts: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    interface: str = ANY
    duration_s: float | None = None
    ends: tuple[End, ...] = ENDS
    output: PurePath | None = None
    ring: Ring = field(default_factory=Ring)
    snap_bytes: int = SNAP_BYTES
    vlan: bool = False


class Step(Struct, frozen=True):
    """One command.

    Attributes:
        end: whose host it is for; None: this one.
    """

    end: End | None
    command: Tcpdump


class Plan(Struct, frozen=True):
    """All of it.

    Attributes:
        steps: one a host.
        wanted: what they were made from.
    """

    steps: tuple[Step, ...]
    wanted: Wanted

    @property
    def patterns(self) -> tuple[str, ...]:
        """The files that will be there, as a shell finds them."""
        return tuple(f"{step.command.path}*" for step in self.steps)


def plan(wanted: Wanted) -> Plan:
    """The commands for every host that was asked for."""
    ends: tuple[End | None, ...] = wanted.ends or (None,)
    return Plan(tuple(Step(end, _command(wanted, end)) for end in ends), wanted)


def _command(wanted: Wanted, end: End | None) -> Tcpdump:
    return Tcpdump(
        packets=packet_filter(wanted.hosts, wanted.ports, vlan=wanted.vlan),
        path=_path(wanted, end),
        interface=wanted.interface,
        snap_bytes=wanted.snap_bytes,
        ring=wanted.ring,
        duration_s=wanted.duration_s,
        buffer_kib=BUFFER_KIB,
        options=(*FOLLOWABLE, *_user(wanted)),
    )


def _path(wanted: Wanted, end: End | None) -> PurePath:
    """A name for each end, so that the files of both can lie in one folder."""
    name = "netdiag" if end is None else f"netdiag-{end}"
    if wanted.output is None:
        return PurePath(FOLDER, f"{name}.pcap")
    given = wanted.output
    if end is None or len(wanted.ends) < 2:
        return given
    return given.with_name(f"{given.stem}-{end}{given.suffix or '.pcap'}")


def _user(wanted: Wanted) -> Iterator[str]:
    """Stay root, where the user that tcpdump turns into could not open the second file."""
    if wanted.output is not None:
        yield from AS_ROOT
