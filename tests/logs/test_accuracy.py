"""Recorded logs: every line goes to its true occurrence, however wrong its clock.

Every request has a number of its own, which is in the capture and in the line of its client; for
these tests it is taken out of the log, so that only time and words are left.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netdiag.analysis import Options, analyze
from netdiag.report.log import LogReport
from netdiag.report.model import Report
from tests.recorded import PCAPS, recorded

ISO = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3})", re.M)
SLASHED = re.compile(r"^(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)(?:\.(\d{6}))?", re.M)
EPOCH = re.compile(r'"time":(\d{13})')
COMMON = re.compile(r"\[(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d) \+0000\]")
NUMBER = re.compile(rb"worker=(\d+)&request=(\d+)")
CLIENTS = ["java", "python", "node", "go"]
SKEWS = [-7200, -37.2, -1.5, 0, 0.25, 61, 3600, 7200]


def moved(text: str, by_s: float) -> str:
    """The log, had its clock been ahead by so much."""
    by = timedelta(seconds=by_s)

    def iso(found: re.Match[str]) -> str:
        moment = datetime.fromisoformat(f"{found[1]}.{found[2]}") + by
        return moment.strftime("%Y-%m-%d %H:%M:%S,") + f"{moment.microsecond // 1000:03d}"

    def slashed(found: re.Match[str]) -> str:
        moment = datetime.strptime(f"{found[1]}.{found[2] or 0}", "%Y/%m/%d %H:%M:%S.%f") + by
        return moment.strftime("%Y/%m/%d %H:%M:%S" + (".%f" if found[2] else ""))

    def common(found: re.Match[str]) -> str:
        moment = datetime.strptime(found[1], "%d/%b/%Y:%H:%M:%S") + by
        return moment.strftime("[%d/%b/%Y:%H:%M:%S +0000]")

    text = ISO.sub(iso, text)
    text = SLASHED.sub(slashed, text)
    text = COMMON.sub(common, text)
    return EPOCH.sub(lambda found: f'"time":{int(found[1]) + round(by_s * 1000)}', text)


def nameless(text: str) -> str:
    """The log without what tells one request from another."""
    text = re.sub(r"worker=\d+&request=\d+", "", text)
    text = re.sub(r"127\.0\.0\.1:\d+->", "", text)
    return re.sub(r"order \d/\d", "order", text)


def laid_over(name: str, text: str, folder: Path, *more: str) -> Report:
    path = folder / "app.log"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    logs = (str(path), *(str(PCAPS / each) for each in more))
    return analyze([recorded(name).path], Options(logs=logs))


def log_of(report: Report) -> LogReport:
    assert report.log is not None
    return report.log


def truth(text: str) -> dict[int, bytes]:
    """For each line, the number of the request that the entry around it tells of.

    HttpClient does not name the request that it sends again: its thread is that of the worker,
    and the line after next says which one it was.
    """
    lines = text.encode().splitlines()
    of: dict[int, bytes] = {}
    for number, line in enumerate(lines, 1):
        found = NUMBER.search(line)
        if found is None and b"caught when processing" in line:
            worker = re.search(rb"\[order-(\d)\]", line)
            assert worker is not None
            found = next(f for x in lines[number:] if (f := NUMBER.search(x)) and f[1] == worker[1])
        if found is not None:
            of[number] = found[0]
    return of


def number_of(report: Report, finding: int, occurrence: int) -> bytes:
    request = report.findings[finding].occurrences[occurrence].request
    assert request is not None
    found = NUMBER.search(request.summary.encode())
    assert found is not None
    return found[0]


def wrong(report: Report, of: dict[int, bytes]) -> list[int]:
    return [
        match.line
        for match in log_of(report).matches
        if of[match.line] != number_of(report, match.finding, match.occurrence)
    ]


@pytest.mark.parametrize("skew_s", SKEWS)
@pytest.mark.parametrize("client", CLIENTS)
def test_every_line_goes_to_its_occurrence(client: str, skew_s: float, tmp_path: Path) -> None:
    name = f"logs-{client}"
    original = (PCAPS / f"{name}.log").read_text()
    report = laid_over(name, nameless(moved(original, skew_s)), tmp_path)
    log = log_of(report)
    assert len(log.matches) == recorded(name).truth["occurrences"]
    assert wrong(report, truth(original)) == []
    assert not log.unexplained
    assert not log.silent


@pytest.mark.parametrize("skew_s", SKEWS)
@pytest.mark.parametrize("client", ["node"])
def test_the_skew_is_what_it_is(client: str, skew_s: float, tmp_path: Path) -> None:
    name = f"logs-{client}"
    text = nameless(moved((PCAPS / f"{name}.log").read_text(), skew_s))
    (file,) = log_of(laid_over(name, text, tmp_path)).files
    assert file.skew.estimate_s == pytest.approx(skew_s, abs=0.03)
    assert file.skew.low_s is not None
    assert file.skew.high_s is not None
    assert file.skew.low_s - 0.03 <= skew_s <= file.skew.high_s


@pytest.mark.parametrize(
    ("client", "zone"), [("java", "+01:00"), ("go", "-05:00"), ("python", "UTC")]
)
def test_a_zone_that_nobody_named_is_found(client: str, zone: str, tmp_path: Path) -> None:
    text = moved((PCAPS / f"logs-{client}.log").read_text(), -37.2)
    (file,) = log_of(laid_over(f"logs-{client}", nameless(text), tmp_path)).files
    assert (file.zone, file.zone_basis) == (zone, "fitted")
    assert file.skew.estimate_s == pytest.approx(-37.2, abs=0.05)


NOISE = [
    "{time} [pool-9] ERROR c.e.Ledger - java.net.ConnectException: db01.example.com:5432 refused",
    "{time} [pool-9] WARN  c.e.Cache - read tcp 10.9.8.7:5000->10.9.9.9:6379: Connection reset",
    "{time} [pool-9] INFO  c.e.Cache - connectionTimeout is 20000",
    "{time} [pool-9] ERROR c.e.Mail - Connect to http://10.1.1.1:25 failed: Connection refused",
]


@pytest.mark.parametrize("skew_s", [-37.2, 0])
def test_errors_about_other_servers_are_left_unexplained(skew_s: float, tmp_path: Path) -> None:
    original = (PCAPS / "logs-java.log").read_text()
    of = truth(original)
    lines: list[str] = []
    new: dict[int, bytes] = {}
    noisy = 0
    for number, line in enumerate(original.splitlines(), 1):
        lines.append(line)
        if number in of:
            new[len(lines)] = of[number]
        found = ISO.match(line)
        follows = original.splitlines()[number : number + 1]
        if found and follows and ISO.match(follows[0]):
            lines.append(NOISE[number % 4].format(time=found[0]))
            noisy += number % 4 != 2
    report = laid_over("logs-java", nameless(moved("\n".join(lines), skew_s)), tmp_path)
    assert noisy > 10
    assert wrong(report, new) == []
    assert len(log_of(report).matches) == 7
    assert [each.reason for each in log_of(report).unexplained] == ["elsewhere"] * noisy


def test_an_unrelated_log_matches_nothing_with_confidence(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    start = datetime(2026, 11, 22, 5, 10, 54)
    for _ in range(20):
        times = sorted(start + timedelta(seconds=float(s)) for s in random.uniform(-60, 70, 30))
        text = "".join(f"{time.isoformat()}Z ERROR x Connection reset by peer\n" for time in times)
        log = log_of(laid_over("logs-node", text, tmp_path))
        assert [match.confidence for match in log.matches if match.confidence != "low"] == []
        assert log.files[0].skew.estimate_s is None


@pytest.mark.parametrize("skew_s", [-7200, -37.2, 0, 3600])
@pytest.mark.parametrize(
    ("name", "access", "missed"), [("java", "access.log", 7), ("nginx", "upstream.log", 4)]
)
def test_requests_that_never_reached_the_server(
    name: str, access: str, missed: int, skew_s: float, tmp_path: Path
) -> None:
    text = (PCAPS / f"logs-{name}.{access}").read_text()
    log = log_of(laid_over(f"logs-{name}", moved(text, skew_s), tmp_path))
    assert [statement.reached for statement in log.access] == [False] * missed
    assert {statement.confidence for statement in log.access} == {"high"}
    assert log.files[0].server == recorded(f"logs-{name}").truth["server"]
    assert log.files[0].skew.estimate_s == pytest.approx(skew_s, abs=1.1)


def test_a_request_that_did_reach_it_is_found(tmp_path: Path) -> None:
    text = (PCAPS / "logs-java.access.log").read_text()
    text += (
        '127.0.0.1 - - [22/Nov/2026:05:11:49 +0000] "POST /?worker=2&request=4 HTTP/1.1" 500 -\n'
    )
    log = log_of(laid_over("logs-java", text, tmp_path))
    (there,) = [statement for statement in log.access if statement.reached]
    assert (there.line, there.status) == (15, 500)
    assert sum(statement.reached is False for statement in log.access) == 6


def test_a_proxys_logs_together(tmp_path: Path) -> None:
    error = (PCAPS / "logs-nginx.error.log").read_text()
    report = laid_over(
        "logs-nginx", error, tmp_path, "logs-nginx.access.log", "logs-nginx.upstream.log"
    )
    log = log_of(report)
    assert [(match.file, match.line) for match in log.matches] == [
        *((0, line) for line in (1, 2, 3, 4)),
        (1, 15),
    ]
    assert wrong(report, {**truth(error), 15: b"worker=0&request=2"}) == []
    assert [file.server for file in log.files] == [None, "127.0.0.1:21054", "127.0.0.1:21004"]


def as_values(log: LogReport) -> Any:
    return [(match.line, match.finding, match.occurrence) for match in log.matches]


def test_shuffled_threads_and_other_line_ends_change_nothing(tmp_path: Path) -> None:
    text = (PCAPS / "logs-node.log").read_text()
    before = log_of(laid_over("logs-node", text, tmp_path))
    lines = text.splitlines()
    lines[5], lines[6], lines[8] = lines[8], lines[5], lines[6]
    after = log_of(laid_over("logs-node", "\r\n".join(lines), tmp_path))
    assert {each[1:] for each in as_values(after)} == {each[1:] for each in as_values(before)}
    assert {match.line for match in after.matches if match.occurrence == 1} != set()


def test_what_the_server_took_may_be_missing_in_its_log(tmp_path: Path) -> None:
    text = (PCAPS / "logs-python.log").read_text()
    lines = [
        f'h - - [22/Nov/2026:{found[1]} +0000] "GET {found[2]} HTTP/1.1" 200 5\n'
        for found in re.finditer(r" (\d\d:\d\d:\d\d),\d+ INFO .* GET (\S+) -> 200", text)
    ]
    log = log_of(laid_over("logs-python", "".join(lines), tmp_path))
    assert [statement.reached for statement in log.access] == [None] * 6
    assert all("took it before" in statement.told for statement in log.access)
