"""What clients and servers say, in bytes: for scripted conversations."""

from __future__ import annotations

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23


def get(path: str = "/", method: str = "GET", *fields: str) -> bytes:
    """A request without a body."""
    return head(f"{method} {path} HTTP/1.1", "Host: example.test", *fields)


def post(body: bytes, path: str = "/", *fields: str) -> bytes:
    return get(path, "POST", f"Content-Length: {len(body)}", *fields) + body


def ok(body: bytes = b"hello", *fields: str) -> bytes:
    return response("200 OK", body, *fields)


def response(status: str, body: bytes = b"", *fields: str, version: str = "HTTP/1.1") -> bytes:
    return head(f"{version} {status}", f"Content-Length: {len(body)}", *fields) + body


def head(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def tls(kind: int, length: int, first: int = 0xAA, version: int = 3) -> bytes:
    """A TLS record; `first` is its first byte (of a handshake record: the message type)."""
    return bytes([kind, 3, version]) + length.to_bytes(2, "big") + bytes([first] * length)


def data(*lengths: int) -> bytes:
    """application_data records."""
    return b"".join(tls(DATA, length) for length in lengths)


CLIENT_HELLO = tls(HANDSHAKE, 300, first=1, version=1)
SERVER_HELLO = tls(HANDSHAKE, 90, first=2)
CCS = tls(CHANGE_CIPHER_SPEC, 1, first=1)
FINISHED = data(53)
TICKETS = data(266, 266)
CLOSE_NOTIFY = data(19)
GOAWAY = data(34)
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

COM_QUIT = b"\x01\x00\x00\x00\x01"
TERMINATE = b"X\x00\x00\x00\x04"
REDIS_QUIT = b"*1\r\n$4\r\nQUIT\r\n"


def mysql(number: int, payload: bytes) -> bytes:
    """A packet of the MySQL protocol."""
    return len(payload).to_bytes(3, "little") + bytes([number]) + payload


def mysql_greeting(version: bytes = b"8.0.36") -> bytes:
    return mysql(0, b"\x0a" + version + b"\0" + bytes(40))


def mysql_query(text: bytes = b"SELECT 1") -> bytes:
    return mysql(0, b"\x03" + text)


def mysql_error(code: int, text: bytes = b"#HY000gone", number: int = 0) -> bytes:
    return mysql(number, b"\xff" + code.to_bytes(2, "little") + text)


def postgresql_startup(code: int = 0x00030000, parameters: bytes = b"user\0me\0\0") -> bytes:
    return (8 + len(parameters)).to_bytes(4, "big") + code.to_bytes(4, "big") + parameters


def postgresql(kind: bytes, payload: bytes) -> bytes:
    return kind + (4 + len(payload)).to_bytes(4, "big") + payload


def postgresql_fatal(code: bytes = b"57P05", severity: bytes = b"FATAL") -> bytes:
    fields = b"S" + severity + b"\0VFATAL\0C" + code + b"\0Midle-session timeout\0\0"
    return postgresql(b"E", fields)


READY_FOR_QUERY = b"Z\x00\x00\x00\x05I"
POSTGRESQL_ROWS = postgresql(b"D", b"\0\1\0\0\0\1x") + postgresql(b"C", b"SELECT 1\0")
POSTGRESQL_ANSWER = POSTGRESQL_ROWS + READY_FOR_QUERY
NOTIFICATION = postgresql(b"A", bytes(4) + b"news\0something\0")


def postgresql_query(text: bytes = b"SELECT 1") -> bytes:
    return postgresql(b"Q", text + b"\0")


def redis(*words: bytes) -> bytes:
    parts = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)
    return b"*%d\r\n" % len(words) + parts
