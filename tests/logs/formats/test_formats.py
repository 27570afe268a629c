"""Each format is recognised by the first line of an entry, and by no other format before it."""

from __future__ import annotations

import pytest

from netdiag.logs.formats import FORMATS, format_of

LINES = {
    "json-access": b'{"ts":1795324254.3,"request":{"method":"GET","uri":"/a"},"status":502}',
    "json": b'{"level":50,"time":1795324257392,"err":{"code":"ECONNRESET"},"msg":"failed"}',
    "envoy": b'[2026-11-22T05:10:31.123Z] "GET /a HTTP/1.1" 503 UC 0 95 3 - "-" "curl"',
    "haproxy": b"127.0.0.1:9 [22/Nov/2026:05:10:31.123] fe be/s0 0/0/0/-1/1 502 209 - - SH-- "
    b'1/1/0/0/0 0/0 "GET /a HTTP/1.1"',
    "access": b'10.0.0.1 - - [22/Nov/2026:05:11:35 +0000] "GET /a HTTP/1.1" 200 24',
    "nginx-error": b"2026/11/22 05:11:42 [error] 1#1: *1 recv() failed (104: x)",
    "httpd-error": b"[Sun Nov 22 05:10:31.123456 2026] [proxy_http:error] [pid 1:tid 2] (104)x",
    "logfmt": b'time=2026-11-22T05:10:31.123Z level=ERROR msg="x"',
    "klog": b"E1122 05:10:31.123456   12 f.go:1] x",
    "go": b'2026/11/22 00:08:58.515868 ERROR Post "http://x/": EOF',
    "java-util": b"Nov 22, 2026 5:10:54 PM org.x.A log",
    "tomcat": b"22-Nov-2026 05:10:54.325 SEVERE [main] org.x",
    "python": b"2026-11-22 05:10:55,925 ERROR    [order-2] shop.orders: GET failed",
    "gunicorn": b"[2026-11-22 05:10:31 +0000] [12] [ERROR] Error handling request",
    "java": b"2026-11-22T05:10:31.123+01:00 ERROR 1 --- [main] c.e.App : x",
    "syslog": b"Nov 22 05:10:31 web1 app[12]: x",
    "timestamped": b"2026-11-22 05:10:31 something happened",
    "epoch": b"1795324254 something happened",
}


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_a_format_is_recognised(name: str) -> None:
    assert format_of(LINES[name]).name == name


def test_logback_is_javas() -> None:
    line = b"2026-11-22 06:11:35,847 [order-1] INFO  com.example.shop.OrderService - GET"
    assert format_of(line).name == "java"


def test_prose_has_no_format() -> None:
    assert format_of(b"hello world").name == "other"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("access", (b"GET", b"/a", 200)),
        ("haproxy", (b"GET", b"/a", 502)),
        ("envoy", (b"GET", b"/a", 503)),
        ("json-access", (b"GET", b"/a", 502)),
        ("java", None),
    ],
)
def test_access_logs_name_requests(name: str, found: object) -> None:
    assert format_of(LINES[name]).request(LINES[name]) == found
