"""The shelf of log formats, each tried in this order on the lines that begin an entry.

A format says what the first line of an entry looks like, and where a request's method, target and
status stand if it is an access log. Times are the same in all of them (`netdiag.logs.stamps`), and
so are the words of an error (`netdiag.logs.symptoms`). To add a format: write it, name it below.
"""

from __future__ import annotations

import re

from netdiag.logs.formats.interface import LogFormat
from netdiag.logs.formats.proxies import ENVOY, HAPROXY

_ISO = rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d"
_LEVEL = rb"(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL|NOTICE|SEVERE)"

FORMATS: tuple[LogFormat, ...] = (
    # JSON lines whose fields name a request: Caddy, Traefik, nginx with escape=json, …
    LogFormat(
        "json-access",
        begins=re.compile(
            rb"^\{(?=.*\"(?:request_)?(?:method|verb)\":)(?=.*\"(?:uri|request_uri|path|url|target)\":)"
            rb"(?=.*\"(?:status|status_code|response_code|code)\":)",
            re.IGNORECASE,
        ),
        access=re.compile(
            rb"^\{(?=.*\"(?:request_)?(?:method|verb)\":\s*\"(?P<method>[A-Z]+)\")"
            rb"(?=.*\"(?:uri|request_uri|path|url|target)\":\s*\"(?P<target>[^\"]*)\")"
            rb"(?=.*\"(?:status|status_code|response_code|code)\":\s*\"?(?P<status>\d{3}))",
            re.IGNORECASE,
        ),
    ),
    # pino, winston, zap, slog, Elastic Common Schema, log4j2's JSON, …
    LogFormat("json", begins=re.compile(rb"^\s*\{\"")),
    ENVOY,
    HAPROXY,
    # Common and combined log format: Apache httpd, nginx, Tomcat, Jetty, Werkzeug, gunicorn, …
    LogFormat(
        "access",
        begins=re.compile(rb"\[\d\d/[A-Z][a-z]{2}/\d{4}[: ][\d:.]+(?: [+-]\d{4})?\] \""),
        access=re.compile(
            rb"\"(?P<method>[A-Z]{3,20}) (?P<target>[^\" ]*)(?: HTTP/[\d.]+)?\" (?P<status>\d{3})\b"
        ),
    ),
    LogFormat("nginx-error", re.compile(rb"^\d{4}/\d\d/\d\d [\d:]+ \[\w+\] \d+#\d+: ")),
    LogFormat("httpd-error", re.compile(rb"^\[\w{3} \w{3} +\d+ [\d:.]+ \d{4}\] \[")),
    LogFormat("logfmt", re.compile(rb"^(?:time|ts|level|t|lvl)=\S+ ")),
    # Kubernetes' klog and glog
    LogFormat("klog", re.compile(rb"^[EWIF]\d{4} \d\d:\d\d:\d\d\.\d+ ")),
    # Go's standard logger
    LogFormat("go", re.compile(rb"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)? ")),
    # java.util.logging's two lines, and Tomcat's own
    LogFormat("java-util", re.compile(rb"^\w{3} \d{1,2}, \d{4},? [\d:]+ [AP]M ")),
    LogFormat("tomcat", re.compile(rb"^\d\d-\w{3}-\d{4} [\d:.]+ " + _LEVEL + rb" ")),
    # Python's logging (a comma before the milliseconds, then name and level in some order),
    # gunicorn's error log
    LogFormat("python", re.compile(rb"^" + _ISO + rb",\d{3} (?!.{0,60}[a-z]\.[a-z].{0,60} - )")),
    LogFormat("gunicorn", re.compile(rb"^\[" + _ISO + rb" [+-]\d{4}\] \[\d+\] \[")),
    # log4j, logback, Spring Boot
    LogFormat("java", re.compile(rb"^\[?" + _ISO + rb"[.,]\d{3}.{0,80}\b" + _LEVEL + rb"\b")),
    LogFormat(
        "syslog",
        re.compile(rb"^(?:<\d+>1? ?)?(?:\w{3} [ \d]\d [\d:]+|\S[^\sT]*+T\S++) \S+ \S+:? "),
    ),
    LogFormat("timestamped", re.compile(rb"^.{0,80}?\d\d:\d\d:\d\d")),
    LogFormat("epoch", re.compile(rb"^\[?\d{10}(?:\.?\d+)?[\] ]")),
)

OTHER = LogFormat("other", re.compile(rb"(?!)"))
"""Lines of no known format."""


def format_of(line: bytes) -> LogFormat:
    """The first format whose entries begin with such a line."""
    head = line[:4096]
    return next((each for each in FORMATS if each.begins.search(head)), OTHER)


__all__ = ["FORMATS", "OTHER", "LogFormat", "format_of"]
