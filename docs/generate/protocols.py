"""What netdiag can read: capture formats, link types, layers, protocols."""

from __future__ import annotations

import inspect

from docs.generate.markdown import prose, table
from netdiag.capture import formats
from netdiag.decode.layers import LAYERS, LINK_TYPES
from netdiag.exchanges.protocols import PROTOCOLS
from netdiag.exchanges.role import Protocol


def pages() -> dict[str, str]:
    """The one page."""
    captures = "\n".join(f"- {entry.name}" for entry in formats.FORMATS)
    links = [(str(number), layer.name) for number, layer in LINK_TYPES.items()]
    layers = ", ".join(dict.fromkeys(layer.protocol.name for layer in LAYERS))
    spoken = [(prose(p.__name__.rsplit(".", 1)[1]), prose(_about(p))) for p in PROTOCOLS]
    slugs = ", ".join(f"`{protocol.slug}`" for protocol in Protocol)
    return {
        "protocols.md": f"""# Formats and protocols

## Captures

Recognised by their content, never by the name of the file; also compressed, in a directory, and
from standard input.

{captures}

## Link types

The numbers are those of [tcpdump.org](https://www.tcpdump.org/linktypes.html). A type that is not
here is left to scapy, which is slower.

{table(("link type", "begins with"), links)}
Layers that are peeled on the way to TCP: {layers}.

## Protocols on TCP

What netdiag understands of a connection's payload. Everything else it takes in turns: what the
client sends is a request, what the server sends its response. In reports: {slugs}.

{table(("protocol", "what is understood"), spoken)}"""
    }


def _about(module: object) -> str:
    return (inspect.getdoc(module) or "").split("\n\n", 1)[0]
