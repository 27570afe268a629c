"""Access logs of proxies that say how the connection to the server behind them ended.

- HAProxy's HTTP log: two letters for who ended the session and in which phase (configuration
  manual, section 8.5, "Session state at disconnection").
- Envoy's default format: response flags (Envoy's documentation, access log, "%RESPONSE_FLAGS%").
"""

from __future__ import annotations

import re

from netdiag.logs.formats.interface import LogFormat
from netdiag.logs.symptoms import ENDED, REFUSED, SILENT

_HAPROXY_HEAD = (
    # Nothing of it can be matched in two ways: whoever writes a line a million slashes long gains
    # no time.
    rb"\[\d\d/[A-Z][a-z]{2}/\d{4}:[\d:.]+\] \S++ [^\s/]++/\S++ [\d/+-]++ "
)

HAPROXY = LogFormat(
    "haproxy",
    begins=re.compile(_HAPROXY_HEAD),
    access=re.compile(
        rb"^.{0,512}?"
        + _HAPROXY_HEAD
        + rb"(?P<status>-?\d+) .*\"(?P<method>[A-Z]+) (?P<target>\S+)"
    ),
    ended=re.compile(rb" (?P<why>[A-Za-z]{2})[A-Za-z-]{2} [\d+]+/\d+/\d+/\d+/\+?\d+ "),
    why={
        **dict.fromkeys((b"SH", b"SD", b"SL", b"SQ"), ENDED),
        **dict.fromkeys((b"sH", b"sD", b"sQ"), SILENT),
        **dict.fromkeys((b"SC", b"sC"), REFUSED | SILENT),
    },
)

ENVOY = LogFormat(
    "envoy",
    begins=re.compile(rb"^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] \""),
    access=re.compile(
        rb"\] \"(?P<method>[A-Z]+) (?P<target>\S+)(?: HTTP/[\d.]+)?\" (?P<status>\d{1,3}) "
    ),
    ended=re.compile(rb"\] \"[^\"]*\" \d{1,3} (?:\w+,)*(?P<why>UC|UF|UT|UR|LR|URX|UPE)\b"),
    why={
        **dict.fromkeys((b"UC", b"UR", b"LR", b"URX", b"UPE"), ENDED),
        b"UF": REFUSED | SILENT,
        b"UT": SILENT,
    },
)
