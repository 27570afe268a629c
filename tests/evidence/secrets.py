"""A capture full of secrets, and how to look for them in bytes."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from netdiag.capture.formats.pcapng_interfaces import (
    COMMENT,
    DESCRIPTION,
    FILTER,
    HARDWARE,
    NAME,
    SYSTEM,
)
from tests.capture.building import block, enhanced, interface, option, read, section
from tests.conversations import Conversation, on_the_wire, write
from tests.messages import ok, post

CLIENT, SERVER = "198.51.100.77", "203.0.113.199"
SECRETS = (
    "hunter2-passphrase",
    "sess-8c1f0de77a",
    "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0",
    "maria.sharapova@customer.example",
    "iban-DE89370400440532013000",
    "orders.internal.bank.example",
    "lookup-by-pin-4711",
    "customer-path-segment",
    "host-of-the-capture",
    "the-front-interface",
    "dropped-by-filter",
    "kernel-of-the-house",
    "card-of-the-house",
    "note-of-the-analyst",
    "name-resolution-record",
    "tls-key-log-line",
    "packet-remark",
    "capture-of-customer-x",
    "server-build-name",
    CLIENT,
    SERVER,
)
"""Each is somewhere in the capture that `write_secrets` writes, or in its name."""

NAME_RESOLUTION, DECRYPTION_SECRETS = 4, 10


def write_secrets(folder: Path) -> Path:
    """A stale connection between two hosts, with something secret wherever there is room."""
    plain = folder / "plain.pcap"
    write(plain, on_the_wire(_talk(i) for i in range(3)))
    packets = read(plain.read_bytes()).packets
    texts = (
        (NAME, b"the-front-interface"),
        (DESCRIPTION, b"host-of-the-capture"),
        (FILTER, b"\0host 203.0.113.199 and dropped-by-filter"),
        (SYSTEM, b"kernel-of-the-house"),
        (HARDWARE, b"card-of-the-house"),
        (COMMENT, b"note-of-the-analyst"),
    )
    options = b"".join(option(code, value) for code, value in texts)
    records = struct.pack("<HH", 1, 4 + 23) + bytes([203, 0, 113, 199])
    records += b"name-resolution-record\0" + b"\0" + struct.pack("<HH", 0, 0)
    keys = b"tls-key-log-line"
    path = folder / "capture-of-customer-x.pcapng"
    path.write_bytes(
        section()
        + interface(packets[0].link_type, 262144, options)
        + block(NAME_RESOLUTION, records)
        + block(DECRYPTION_SECRETS, struct.pack("<II", 0x544C534B, len(keys)) + keys)
        + b"".join(_remarked(p.time_ns // 1000, p.data) for p in packets)
    )
    return path


def _remarked(ticks: int, data: bytes) -> bytes:
    whole = enhanced(ticks, data)
    return block(6, whole[8:-4] + option(COMMENT, b"packet-remark") + option(0, b""))


def _talk(i: int) -> Conversation:
    request = post(
        b'{"email": "maria.sharapova@customer.example", "account": "iban-DE89370400440532013000"}',
        "/customer-path-segment?q=lookup-by-pin-4711&u=maria.sharapova%40customer.example",
        "X-Upstream: orders.internal.bank.example",
        "Cookie: session=sess-8c1f0de77a",
        "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.c2VjcmV0",
        "Proxy-Authorization: Basic " + base64.b64encode(b"root:hunter2-passphrase").decode(),
    )
    answer = ok(
        b"your password is hunter2-passphrase",
        "Set-Cookie: session=sess-8c1f0de77a",
        "Location: https://orders.internal.bank.example/customer-path-segment",
        "Server: Apache-Coyote/1.1 (server-build-name)",
    )
    talk = Conversation(
        client=CLIENT,
        server=SERVER,
        client_port=40000 + i,
        port=8080,
        client_first=1_234_567 + 7_777_777 * i,
        server_first=7_654_321 + 5_555_555 * i,
        start_s=i * 0.5,
    ).handshake()
    talk.asks(request, answer).wait(5).server.fin().client.acks().wait(3)
    return talk.client.says(request).server.resets()


def found_in(data: bytes, secrets: Iterable[str] = SECRETS) -> list[str]:
    """The secrets that are in some bytes, in any of the forms that a program may have made."""
    lower = data.lower()
    return [secret for secret in secrets if any(form in lower for form in _forms(secret))]


def _forms(secret: str) -> set[bytes]:
    plain = secret.encode()
    forms = {plain, quote(secret, safe="").encode(), plain.hex().encode()}
    forms |= {secret.encode("utf-16-le"), secret.encode("utf-16-be")}
    # Base64 of a text that the secret is in, at each of the three places where it may begin.
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + plain)
        forms.add(coded[4 if shift else 0 : len(plain) // 3 * 4])
    if all(part.isdigit() for part in secret.split(".")):
        forms.add(bytes(int(part) for part in secret.split(".")))
    return {form.lower() for form in forms}
