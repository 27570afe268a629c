"""Redacts whole captures, frame by frame, as tests/rewriting reads and writes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from netdiag.redaction import Redactor
from tests.redaction.frames.packets import KEY
from tests.rewriting import Capture, read


def redact_capture(path: Path, target: Path) -> Path:
    """Write the redacted capture; every frame as long as before."""
    redactor = Redactor(KEY)
    capture = read(path)
    packets = []
    for packet in capture.packets:
        data, original = redactor.packet(capture.link_type, packet.data, packet.original_bytes)
        assert len(data) == len(packet.data)
        assert original == packet.original_bytes
        packets.append(replace(packet, data=data))
    return Capture(capture.link_type, tuple(packets)).write(target)
