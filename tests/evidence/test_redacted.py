"""Redacted evidence: the same verdict, and nothing of what was secret."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netdiag.analysis import examine
from netdiag.evidence import Request, extract
from netdiag.evidence.agreement import verdict
from netdiag.redaction import Redactor
from tests.cli.conftest import environment
from tests.evidence.conftest import Cut, fields, needs_tshark
from tests.evidence.secrets import SECRETS, found_in, write_secrets
from tests.recorded import names, recorded

CAUSES = sorted({recorded(name).truth["cause"]: name for name in names()}.items())
PROTOCOLS = (
    "node-http2-clear-stale",
    "nginx-http2-stale",
    "tomcat-tls13-java-clients",
    "uvicorn-tls-close-notify-only",
    "tunnel-squid-stale",
    "postgresql-hikaricp",
    "postgresql-terminated",
    "redis-health-check-late",
    "mariadb-idle-reset",
    "stale-ipv6",
    "stale-vxlan",
)
KEY = bytes(range(32))


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    folder = tmp_path / "of-the-house"
    folder.mkdir()
    return write_secrets(folder)


def test_the_fixture_holds_every_secret(secret: Path, cut: Cut) -> None:
    assert set(found_in(secret.read_bytes() + secret.name.encode())) == set(SECRETS)
    whole, evidence, _ = cut([secret])
    assert verdict(whole).cause == "stale-keep-alive"
    assert len(found_in(evidence.read_bytes())) > len(SECRETS) // 2


@pytest.mark.parametrize(
    "asked",
    [[], ["--occurrence", "2"], ["--connection", "c2"], ["--all-findings"], ["--lang", "zh_CN"]],
)
def test_no_secret_is_left(asked: list[str], secret: Path, tmp_path: Path) -> None:
    target = tmp_path / "evidence.pcapng"
    command = [sys.executable, "-m", "netdiag", "extract", str(secret), "-o", str(target)]
    run = subprocess.run(
        [*command, "--redact", *asked], capture_output=True, check=True, env=environment()
    )
    assert found_in(target.read_bytes()) == []
    assert found_in(run.stderr) == []


def test_the_verdict_is_the_same(secret: Path, cut: Cut) -> None:
    whole, evidence, done = cut([secret], redactor=Redactor(KEY))
    assert done.agrees
    assert verdict(examine([evidence])) == verdict(whole)


@needs_tshark
def test_wireshark_agrees(secret: Path, cut: Cut) -> None:
    _, plain, _ = cut([secret])
    _, redacted, _ = cut([secret], redactor=Redactor(KEY))
    same = ("frame.time_epoch", "frame.len", "frame.cap_len", "tcp.stream", "tcp.flags", "tcp.len")
    assert fields(plain, *same) == fields(redacted, *same)
    told = ("tcp.analysis.retransmission", "tcp.analysis.lost_segment", "http.response.code")
    assert fields(plain, *told) == fields(redacted, *told)


@needs_tshark
def test_checksums_are_right(secret: Path, cut: Cut) -> None:
    _, evidence, done = cut([secret], redactor=Redactor(KEY))
    checked = ("-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE")
    status = fields(evidence, "ip.checksum.status", "tcp.checksum.status", options=checked)
    assert status == [["1", "1"]] * done.packets


def test_the_same_packets_are_written_as_without(cut: Cut) -> None:
    path = recorded("nginx-http2-stale").path
    assert cut([path])[2].packets == cut([path], redactor=Redactor(KEY))[2].packets


@needs_tshark
def test_comments_number_the_captures(secret: Path, cut: Cut) -> None:
    _, evidence, _ = cut([secret], redactor=Redactor(KEY))
    comments = [row[0] for row in fields(evidence, "frame.comment")]
    assert all(comment.endswith("of capture 1)") for comment in comments)
    assert {row[0] for row in fields(evidence, "frame.interface_name")} == {"unknown"}


@pytest.mark.parametrize("name", [*(name for cause, name in CAUSES if cause != "none"), *PROTOCOLS])
def test_a_recorded_capture_leads_to_the_same(name: str, cut: Cut) -> None:
    path = recorded(name).path
    if not examine([path]).findings:
        pytest.skip("nothing is wrong in this capture")
    _, _, done = cut([path], redactor=Redactor(KEY))
    assert done.agrees


def test_a_key_gives_the_same_stand_ins(secret: Path, tmp_path: Path) -> None:
    examination = examine([secret])
    written = []
    for key in (KEY, KEY, bytes(32)):
        target = tmp_path / "evidence.pcapng"
        with target.open("wb") as file:
            extract(
                examination, [secret], Request(), file, tmp_path / "draft", redactor=Redactor(key)
            )
        written.append(target.read_bytes())
    assert written[0] == written[1] != written[2]
