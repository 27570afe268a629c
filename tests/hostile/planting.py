"""A capture and a log that have a payload in every field that somebody else can fill.

    planted = plant(folder, PAYLOADS["terminal"])
    analyze([planted.capture], Options(logs=(planted.log,)))

Before the payload stands a marker that names the field, so that it is seen what got where. To plant
one more field: name it in `FIELDS`, and write it below.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from netdiag.capture.formats.pcapng_interfaces import COMMENT as INTERFACE_COMMENT
from netdiag.capture.formats.pcapng_interfaces import (
    DESCRIPTION,
    FILTER,
    HARDWARE,
    NAME,
    SYSTEM,
    Interface,
)
from netdiag.evidence.pcapng_file import PcapngFile
from tests.conversations import START_NS, Conversation, _frame, on_the_wire
from tests.messages import (
    HANDSHAKE,
    mysql,
    mysql_error,
    mysql_query,
    postgresql,
    postgresql_query,
    postgresql_startup,
    redis,
)

PAYLOADS: dict[str, bytes] = {
    "plain": b"nothing",
    "terminal": b"\x1b[31;1m\x1b]0;owned\x07\x1b]8;;http://e.org\x1b\\\x1bc\x08\x7f",
    "c1": "\x9b31;1m\x90q\x85\x9d0;owned\x9c".encode() + b"\x9b2J",
    "unseen": "\u202egnp.exe\u2066\u200f\u200b\ufeff\u00ad\U000e0041\u2028\ue000".encode(),
    "html": b"</script><script>document.title='owned'</script><img src=x onerror=alert(1)>'\"&lt;",
    "attribute": b'" onmouseover="alert(2)" style=\'position:fixed\' ` javascript:alert(3)',
    "markdown": b"**b** [x](javascript:alert(1)) ![i](http://e.org/i) | <b>b</b> @all #1 ``` `a`",
    "mermaid": b'```mermaid %%{init: {}}%% graph TD; A-->B; click A "javascript:alert(1)"',
    "formula": b"=cmd|' /C calc'!A0",
    "template": b"{{7*7}}{%raw%}{0}{frame}%s%(x)s$(id)`id`[red]x[/] :smile: \\x1b",
    "lines": b"\nFORGED:none\n\n#FORGED\r\x0bFORGED\x0c\tFORGED",
    "bytes": b"\xff\xfe\xed\xa0\x80\xc0\xaf\x80",
}
"""By what they attack; `plain` is what the others are compared with."""

FIELDS = (
    *("method", "uri", "host", "agent", "reason", "server", "keep_alive", "header", "body"),
    *("sni", "alpn", "mysql_version", "mysql_driver", "mysql_query", "mysql_words"),
    *("pg_name", "pg_query", "pg_words", "redis_library", "redis_words", "mail_words"),
    *("section", "interface", "description", "filter", "system", "hardware", "note", "packet"),
    *("resolved", "file", "folder", "log_file", "log_line", "log_path"),
    *("application", "custom", "statistics", "name_server", "secrets"),
    *("dns", "dns_text", "certificate", "issuer", "log_json", "mysql_refusal"),
)
"""What is planted; the first letters of the markers are `zq`."""

SERVER = "10.0.0.2"
HTTP, MYSQL, POSTGRESQL, REDIS, MAIL, TLS, ODD = 80, 3306, 5432, 6379, 25, 443, 8000
REFUSING = 3307
NAME_RESOLUTION, STATISTICS, SECRETS, CUSTOM = 4, 5, 10, 0xBAD
END = struct.pack("<HH", 0, 0)


class Planted(NamedTuple):
    """What was written; both lie in a folder with a payload in its name.

    Of which the log is no capture: that is a problem, which names them.
    """

    capture: Path
    log: Path


def marker(field: str) -> str:
    """What stands before the payload in that field."""
    assert field in FIELDS, field
    return f"zq{FIELDS.index(field):02d}vjx"


def fields_in(text: str) -> set[str]:
    """The fields whose markers are in a text."""
    return {field for field in FIELDS if marker(field) in text}


class Planter:
    """Writes one payload, with its marker, wherever it is asked for."""

    def __init__(self, payload: bytes) -> None:
        self.payload = payload

    def __call__(self, field: str) -> bytes:
        return marker(field).encode() + self.payload

    def name(self, field: str, suffix: str = "") -> str:
        """For files: the payload first, for what it is at the beginning of a line or a cell."""
        return os.fsdecode(self.payload.replace(b"/", b"_")) + marker(field) + suffix


def plant(folder: Path, payload: bytes) -> Planted:
    """Write the capture and the log."""
    planter = Planter(payload)
    inner = folder / planter.name("folder")
    inner.mkdir()
    capture, log = (
        inner / planter.name("file", ".pcapng"),
        inner / planter.name("log_file", ".log"),
    )
    talks = list(_talks(planter))
    with capture.open("wb") as file:
        _write(file, planter, talks)  # type: ignore[arg-type]
    log.write_bytes(_log(planter))
    return Planted(capture, log)


def _talks(p: Planter) -> Iterator[Conversation]:
    for n, (port, asked, answered, farewell) in enumerate(
        (
            (HTTP, _request(p), _response(p), None),
            (MYSQL, mysql_query(p("mysql_query")), mysql(1, b"\0\0\0\2\0\0\0"), _mysql_words(p)),
            (POSTGRESQL, postgresql_query(p("pg_query")), b"Z\0\0\0\5I", _postgresql_words(p)),
            (REDIS, redis(b"GET", b"k"), b"$1\r\nx\r\n", b"-ERR " + p("redis_words") + b"\r\n"),
            (MAIL, b"NOOP\r\n", b"250 ok\r\n", b"421 " + p("mail_words") + b"\r\n"),
            (TLS, b"\x17\3\3\0\x20" + bytes(32), b"\x17\3\3\0\x20" + bytes(32), None),
            (ODD, p("method") + b" / HTTP/1.1\r\n\r\n", _response(p), None),
            (REFUSING, b"", b"", None),
        )
    ):
        if port == REFUSING:
            yield _refused(p)
            continue
        talk = Conversation(client=f"10.0.1.{1 + n}", server=SERVER, port=port).handshake()
        for said, reply in _introductions(p, port):
            if said:
                talk.client.says(said)
            talk.server.says(reply).client.acks()
        talk.wait(0.1).asks(asked, answered).wait(0.1).asks(asked, answered).wait(10)
        if farewell is not None:
            talk.server.says(farewell)
        talk.server.fin().client.acks().wait(3)
        yield talk.client.says(asked).server.resets()


def _refused(p: Planter) -> Conversation:
    """A server that says why instead of greeting its client."""
    talk = Conversation(client="10.0.1.99", server=SERVER, port=REFUSING).handshake()
    words = mysql_error(1129, p("mysql_refusal"))
    return talk.server.says(words).client.acks().server.fin().client.fin()


def _request(p: Planter) -> bytes:
    lines = [b"GET /" + p("uri") + b" HTTP/1.1", b"Host: " + p("host")]
    lines += [b"User-Agent: " + p("agent"), b"X-" + p("header") + b": x", b"", b""]
    return b"\r\n".join(lines)


def _response(p: Planter) -> bytes:
    body = p("body")
    lines = [b"HTTP/1.1 200 " + p("reason"), b"Server: " + p("server")]
    lines += [b"Keep-Alive: timeout=10, " + p("keep_alive"), b"Content-Length: %d" % len(body)]
    return b"\r\n".join([*lines, b"", body])


def _introductions(p: Planter, port: int) -> list[tuple[bytes, bytes]]:
    if port == MYSQL:
        driver = p("mysql_driver")
        login = b"\x85\xa6\xff\1" + bytes(28) + b"me\0\0\x0c_client_name" + bytes([len(driver)])
        greeting = mysql(0, b"\x0a" + p("mysql_version") + b"\0" + bytes(40))
        return [(b"", greeting), (mysql(1, login + driver), mysql(2, b"\0\0\0\2\0\0\0"))]
    if port == POSTGRESQL:
        said = b"user\0me\0application_name\0" + p("pg_name") + b"\0\0"
        return [(postgresql_startup(parameters=said), b"R\0\0\0\x08\0\0\0\0Z\0\0\0\5I")]
    if port == REDIS:
        return [
            (
                redis(
                    b"CLIENT", b"SETINFO", b"LIB-NAME", p("redis_library").translate(None, b"\r\n")
                ),
                b"+OK\r\n",
            )
        ]
    if port == TLS:
        return [(_client_hello(p), b"\x16\3\3\0\x04\2\0\0\0" + _certificate(p))]
    return []


def _client_hello(p: Planter) -> bytes:
    sni, alpn = p("sni"), p("alpn")
    name = struct.pack(">HBH", len(sni) + 3, 0, len(sni)) + sni
    protocols = struct.pack(">HB", len(alpn) + 1, len(alpn)) + alpn
    extensions = struct.pack(">HH", 0, len(name)) + name
    extensions += struct.pack(">HH", 16, len(protocols)) + protocols
    hello = b"\3\3" + bytes(32) + b"\0\0\2\x13\1\1\0" + struct.pack(">H", len(extensions))
    message = b"\1" + (len(hello) + len(extensions)).to_bytes(3, "big") + hello + extensions
    return bytes([HANDSHAKE, 3, 1]) + struct.pack(">H", len(message)) + message


def _certificate(p: Planter) -> bytes:
    """A server's certificate as far as names are in it (X.509 in DER); the end of its hello."""
    names = [_der(0x30, _der(0x31, _common_name(p(field)))) for field in ("issuer", "certificate")]
    algorithm = _der(0x30, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\0")
    dates = _der(0x30, _der(0x17, b"260101000000Z") + _der(0x17, b"360101000000Z"))
    key = _der(0x30, algorithm + _der(3, b"\0" + _der(0x30, _der(2, b"\3") + _der(2, b"\3"))))
    body = _der(0x30, _der(2, b"\1") + algorithm + names[0] + dates + names[1] + key)
    whole = _der(0x30, body + algorithm + _der(3, b"\0\1"))
    chain = len(whole).to_bytes(3, "big") + whole
    told = len(chain).to_bytes(3, "big") + chain
    message = b"\x0b" + len(told).to_bytes(3, "big") + told
    record = bytes([HANDSHAKE, 3, 3]) + struct.pack(">H", len(message)) + message
    return record + b"\x14\3\3\0\1\1"


def _common_name(text: bytes) -> bytes:
    return _der(0x30, b"\x06\x03\x55\x04\x03" + _der(0x0C, text))


def _der(tag: int, value: bytes) -> bytes:
    size = len(value)
    long = size.to_bytes(2, "big")
    return bytes([tag]) + (bytes([size]) if size < 128 else b"\x82" + long) + value


def _dns(p: Planter) -> bytes:
    """A frame with an answer of DNS over UDP: its name, and a text of its own."""
    label, text = p("dns")[:63], p("dns_text")[:255]
    name = bytes([len(label)]) + label + b"\4test\0"
    answer = (
        b"\xc0\x0c" + struct.pack(">HHIH", 16, 1, 60, len(text) + 1) + bytes([len(text)]) + text
    )
    message = struct.pack(">6H", 7, 0x8180, 1, 1, 0, 0) + name + struct.pack(">HH", 16, 1) + answer
    datagram = struct.pack(">4H", 53, 5353, 8 + len(message), 0) + message
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(datagram), 1, 0, 64, 17, 0)
    return bytes(12) + b"\x08\0" + ip + bytes([10, 0, 0, 53, 10, 0, 1, 1]) + datagram


def _mysql_words(p: Planter) -> bytes:
    return mysql_error(4031, b"#HY000" + p("mysql_words"))


def _postgresql_words(p: Planter) -> bytes:
    return postgresql(b"E", b"SFATAL\0VFATAL\0C57P05\0M" + p("pg_words") + b"\0\0")


def _write(file: PcapngFile, p: Planter, talks: list[Conversation]) -> None:
    """A pcapng file with a word of its own in each option and each block that has words."""
    pcapng = PcapngFile(file, _as_text(p("application")), [_as_text(p("section"))])  # type: ignore[arg-type]
    texts = (
        *((NAME, p("interface")), (DESCRIPTION, p("description")), (FILTER, b"\0" + p("filter"))),
        *((SYSTEM, p("system")), (HARDWARE, p("hardware")), (INTERFACE_COMMENT, p("note"))),
    )
    number = pcapng.describe(Interface(1, 65535, 9, 0, texts))
    record = bytes([10, 0, 0, 2]) + p("resolved").replace(b"\0", b"") + b"\0"
    padded = struct.pack("<HH", 1, len(record)) + record + bytes(-len(record) % 4)
    pcapng._block(NAME_RESOLUTION, padded + END + _option(2, p("name_server")) + END)
    pcapng._block(STATISTICS, bytes(12) + _option(1, p("statistics")) + END)
    pcapng._block(CUSTOM, struct.pack("<I", 32473) + _padded(p("custom")))
    keys = p("secrets")
    pcapng._block(SECRETS, struct.pack("<II", 0x544C534B, len(keys)) + _padded(keys))
    dns = _dns(p)
    pcapng.packet(number, START_NS, dns, len(dns), [])
    for packet in on_the_wire(talks):
        frame = _frame(packet)
        pcapng.packet(number, packet.time_ns, frame, len(frame), [_as_text(p("packet"))])


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + _padded(value)


def _padded(value: bytes) -> bytes:
    return value + bytes(-len(value) % 4)


def _as_text(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")


def _log(p: Planter) -> bytes:
    """Lines of a client that tell of failures, some in the capture and some not."""
    second = START_NS // 1_000_000_000 + 13
    lines = [
        b"%d.%03d ERROR Connection reset by peer http://10.0.0.2:%d/%s %s"
        % (second + late, 300, port, p("log_path"), p("log_line").replace(b"\n", b"\r"))
        for late, port in ((0, HTTP), (0, MYSQL), (5, HTTP))
    ]
    told = json.dumps(f"Connection reset by peer {SERVER}:{HTTP} " + _as_text(p("log_json")))
    lines.append(b'{"time": %d.400, "msg": %s}' % (second, told.encode()))
    return b"\n".join([*lines, b""])
