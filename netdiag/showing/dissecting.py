"""Takes single frames apart with scapy, which knows many protocols and is slow.

The frames are read from the captures once more, up to the last one that is wanted. What a frame
holds is hostile: whatever scapy makes of it, and if it fails, is text of bounded length.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike, fspath

import numpy as np

from netdiag.capture import find_captures
from netdiag.capture.link_types import link_type_name
from netdiag.capture.rereading import Frame, reread
from netdiag.columns import Rows
from netdiag.decode.scapy_layers import load_layers
from netdiag.report.build.clock import rfc3339
from netdiag.report.build.subject import Subject
from netdiag.report.connection_view import Dissection

LONGEST_LINE = 500
"""A field may hold a whole payload, which the bytes below show anyway."""

MOST_LINES = 2_000


def dissect(
    subject: Subject,
    paths: Sequence[str | PathLike[str]],
    wanted: Sequence[tuple[int, int]],
    rows: Rows,
) -> tuple[Dissection, ...]:
    """Take frames apart.

    Args:
        subject: what the captures were found to hold.
        paths: the captures, as they were examined.
        wanted: the index of a capture and the number of a frame in it, for each frame.
        rows: rows of `Traffic` of the connection that is shown.

    Raises:
        CaptureError: a capture can't be read a second time.
    """
    if not wanted:
        return ()
    segments = subject.scene.traffic.segments
    at = subject.scene.traffic.row[rows]
    own = set(zip(segments.capture[at].tolist(), segments.frame[at].tolist(), strict=True))
    capture, number = (np.array(part, np.int64) for part in zip(*wanted, strict=True))
    sources = find_captures([fspath(path) for path in paths])
    with reread(sources, capture, number, None) as frames:
        return tuple(
            _dissection(
                subject,
                frame,
                frames.interfaces[frame.capture][frame.interface].link_type,
                own=(frame.capture, frame.number) in own,
            )
            for frame in frames
        )


def _dissection(subject: Subject, frame: Frame, link_type: int, *, own: bool) -> Dissection:
    layers, fields = take_apart(frame.data, link_type)
    digits = 9 if subject.captures[frame.capture].info.nanoseconds else 6
    return Dissection(
        frame=frame.number,
        capture=frame.capture,
        time=rfc3339(frame.time_ns, digits),
        of_connection=own,
        link_type=link_type_name(link_type),
        captured_bytes=len(frame.data),
        original_bytes=frame.original,
        layers=layers,
        fields=fields,
        bytes_hex=frame.data.hex(),
    )


def take_apart(data: bytes, link_type: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of a packet's layers, and a line for each of their fields.

    Bytes that scapy knows no layer for, or fails on, are one raw layer.
    """
    load_layers()
    from scapy.config import conf  # noqa: PLC0415 - importing scapy costs a second
    from scapy.packet import Raw  # noqa: PLC0415

    # Of no bytes, scapy would show the packet that it would send by default.
    kind = conf.l2types.num2layer.get(link_type, Raw) if data else Raw
    try:
        packet = kind(data)
        shown = packet.show(dump=True)
        names = tuple(layer.__name__ for layer in packet.layers())
    except Exception:  # of any kind, by scapy's layers, for bytes that are no such packet
        packet = Raw(data)
        shown, names = packet.show(dump=True), ("Raw",)
    lines = str(shown).splitlines()[:MOST_LINES]
    return names, tuple(_cropped(line) for line in lines)


def _cropped(line: str) -> str:
    line = line.rstrip()
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"
