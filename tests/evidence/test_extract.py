"""`extract`, from captures to a file that says the same."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from netdiag.analysis import Options, examine
from netdiag.errors import CaptureError
from netdiag.evidence import Request, extract
from netdiag.evidence.agreement import agrees, verdict
from netdiag.evidence.choosing import choose
from netdiag.evidence.widths import Width
from netdiag.report.formats.json_format import render
from netdiag.report.page import PLAIN
from tests.evidence.conftest import Cut, fields, needs_tshark
from tests.recorded import names, recorded

CAUSES = sorted({recorded(name).truth["cause"]: name for name in names()}.items())
ODD = (
    "any-interface-sll",
    "any-interface",
    "stale-ipv6",
    "stale-nanosecond",
    "stale-vxlan",
    "proxy-translated",
    "proxy-nginx-gunicorn",
    "nginx-http2-stale",
    "curl-http2-near-miss",
    "requests-near-miss",
)


@pytest.mark.parametrize("name", [name for cause, name in CAUSES if cause != "none"] + list(ODD))
def test_evidence_leads_to_the_same_verdict(name: str, cut: Cut) -> None:
    path = recorded(name).path
    whole = examine([path])
    assert whole.findings
    _, evidence, done = cut([path])
    assert done.agrees
    again = examine([evidence])
    assert verdict(again) == verdict(whole)
    assert agrees(again, whole, choose(whole, Request()))


def test_most_captures_need_no_more_than_what_tells(cut: Cut) -> None:
    widths = [cut([recorded(name).path])[2].width for cause, name in CAUSES[:8] if cause != "none"]
    assert widths.count(Width.TELLING) >= len(widths) - 1


def test_several_captures(cut: Cut) -> None:
    paths = [recorded("rotated-1").path, recorded("rotated-2").path]
    whole, evidence, done = cut(paths)
    assert done.agrees
    assert verdict(examine([evidence])) == verdict(whole)


def test_where_nothing_leads_to_the_same_only_what_tells_is_kept(cut: Cut) -> None:
    # Two hosts' captures in one: whose time to live a RST has can't be told any more.
    paths = [recorded("middlebox-reset-client").path, recorded("middlebox-reset-server").path]
    _, _, done = cut(paths)
    assert done.agrees is False
    assert done.width is Width.TELLING
    assert done.packets < done.of_packets


def test_compressed_captures(cut: Cut, tmp_path: Path) -> None:
    packed = tmp_path / "stale.pcap.gz"
    packed.write_bytes(gzip.compress(recorded("nginx-stale").path.read_bytes()))
    _, _, done = cut([packed])
    assert done.agrees


def test_one_occurrence_is_less_than_all(cut: Cut) -> None:
    path = recorded("tomcat-stale-20s").path
    _, _, every = cut([path])
    _, evidence, one = cut([path], occurrence=2)
    assert one.agrees
    assert one.packets <= every.packets
    assert examine([evidence]).findings[0].cause.slug == "stale-keep-alive"


def test_a_whole_connection(cut: Cut) -> None:
    whole, evidence, done = cut([recorded("tomcat-stale-20s").path], connections=("c3",))
    assert done.agrees is None
    table = whole.subject.scene.connections
    c = table.number.tolist().index(2)
    size = int(table.stop[c] - table.start[c])
    kept = examine([evidence]).subject.scene.connections
    assert (kept.stop - kept.start).max() == size


def test_a_part_of_the_time(cut: Cut) -> None:
    path = recorded("tomcat-stale-20s").path
    _, _, done = cut([path], Options(since="+40.4"))
    assert done.agrees


def test_the_evidence_of_the_evidence(cut: Cut) -> None:
    _, evidence, first = cut([recorded("tomcat-stale-20s").path])
    _, _, second = cut([evidence])
    assert second.packets == first.packets


def test_a_report_can_be_made_of_evidence(cut: Cut) -> None:
    _, evidence, _ = cut([recorded("tomcat-stale-20s").path])
    assert '"likely_setting_s": 20' in render(examine([evidence]).report(), PLAIN)


def test_a_capture_that_has_gone_in_the_meantime(tmp_path: Path) -> None:
    path = tmp_path / "stale.pcap"
    path.write_bytes(recorded("nginx-stale").path.read_bytes())
    examination = examine([path])
    path.unlink()
    with (tmp_path / "e").open("wb") as file, pytest.raises(CaptureError, match="no such file"):
        extract(examination, [path], Request(), file, tmp_path / "draft")


@needs_tshark
def test_tshark_sees_the_close_before_the_request_and_its_reset(cut: Cut) -> None:
    _, evidence, _ = cut([recorded("tomcat-stale-20s").path], occurrence=1)
    shown = fields(evidence, "tcp.flags.fin", "tcp.flags.reset", "frame.comment")
    story = [row for row in shown if "c1, occurrence 1 of" in row[2]]
    close = next(i for i, row in enumerate(story) if "the server ends the connection" in row[2])
    request = next(i for i, row in enumerate(story) if "covers the close" in row[2])
    reset = next(i for i, row in enumerate(story) if "the RST that the request drew" in row[2])
    assert close < request < reset
    assert story[close][0] == "1"
    assert story[reset][1] == "1"
