"""Frames: from the bytes of one packet to bytes that may be shown, layer by layer.

`mask_frame` goes from layer to layer; each entry of `LAYERS` writes what is harmless of one. To
add one: its function in the module that it belongs to, and its line in that module's table.
"""

from __future__ import annotations

from netdiag.decode.layers import LINK_TYPES
from netdiag.errors import NetdiagError
from netdiag.redaction.frames.arp import mask_arp
from netdiag.redaction.frames.icmp import CONTROL
from netdiag.redaction.frames.ip import NETWORK
from netdiag.redaction.frames.links import LINKS
from netdiag.redaction.frames.tcp import TRANSPORT
from netdiag.redaction.frames.tunnels import TUNNELS
from netdiag.redaction.frames.walk import ARP, LayerMask, Next, Walk

__all__ = ["LAYERS", "LinkTypeNotRedactableError", "mask_frame"]

LAYERS: dict[int, LayerMask] = {
    **LINKS,
    **NETWORK,
    **TUNNELS,
    **TRANSPORT,
    **CONTROL,
    ARP: mask_arp,
}

MOST_LAYERS = 32
"""More can't be believed, and are blank."""


class LinkTypeNotRedactableError(NetdiagError):
    """Frames of this link type can't be redacted: nobody knows what their headers tell."""


def mask_frame(walk: Walk, link_type: int, original_length: int) -> bytes:
    """The frame that may be shown, as long as what was captured.

    Raises:
        LinkTypeNotRedactableError: the columns don't know the link type, only scapy may.
    """
    begins_with = LINK_TYPES.get(link_type)
    if begins_with is None:
        known = ", ".join(map(str, sorted(LINK_TYPES)))
        raise LinkTypeNotRedactableError(
            f"cannot redact frames of link type {link_type}: expected one of {known}"
        )
    following: Next | None = Next(begins_with, 0, max(original_length, len(walk.data)))
    for _ in range(MOST_LAYERS):
        if following is None:
            break
        layer = LAYERS.get(following.protocol)
        following = None if layer is None else layer(walk, following.at, following.end)
    for finish in reversed(walk.afterwards):
        finish()
    return bytes(walk.out)
