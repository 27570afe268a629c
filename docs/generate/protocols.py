"""What netdiag can read: capture formats, link types, layers, protocols."""

from __future__ import annotations

import inspect

from docs.generate.markdown import prose, table
from netdiag.capture import formats
from netdiag.decode.layers import LAYERS, LINK_TYPES
from netdiag.exchanges.protocols import PROTOCOLS
from netdiag.exchanges.role import Protocol
from netdiag.logs.formats import FORMATS as LOG_FORMATS

_LOGS = {
    "json-access": "JSON lines that name a request: Caddy, Traefik, nginx with escape=json",
    "json": "JSON lines: pino, winston, zap, slog, Elastic Common Schema, log4j2",
    "envoy": "Envoy's access log",
    "haproxy": "HAProxy's access log",
    "access": "common and combined log format: Apache httpd, nginx, Tomcat, Jetty, gunicorn",
    "nginx-error": "nginx's error log",
    "httpd-error": "Apache httpd's error log",
    "logfmt": "lines of key=value",
    "klog": "Kubernetes' klog, and glog",
    "go": "Go's standard logger",
    "java-util": "java.util.logging",
    "tomcat": "Tomcat's own logs",
    "python": "Python's logging",
    "gunicorn": "gunicorn's error log",
    "java": "log4j, logback, Spring Boot",
    "syslog": "syslog",
    "timestamped": "anything whose lines begin with a time",
    "epoch": "anything whose lines begin with seconds since 1970",
}


def pages() -> dict[str, str]:
    """The one page."""
    captures = "\n".join(f"- {entry.name}" for entry in formats.FORMATS)
    links = [(str(number), layer.name) for number, layer in LINK_TYPES.items()]
    layers = ", ".join(dict.fromkeys(layer.protocol.name for layer in LAYERS))
    spoken = [(prose(p.__name__.rsplit(".", 1)[1]), prose(_about(p))) for p in PROTOCOLS]
    logs = [(entry.name, _LOGS.get(entry.name, "")) for entry in LOG_FORMATS]
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

{table(("protocol", "what is understood"), spoken)}
## Logs

What `--log` tells apart. Times and time zones are read in all of them alike.

{table(("format", "written by"), logs)}"""
    }


def _about(module: object) -> str:
    return (inspect.getdoc(module) or "").split("\n\n", 1)[0]
