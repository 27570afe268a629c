"""Every recorded capture: netdiag says what is true of it, however it was captured."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from netdiag.analysis import analyze
from netdiag.diagnosis.causes import CAUSES
from netdiag.report.formats.json_format import render
from netdiag.report.model import Report
from netdiag.report.page import PLAIN
from netdiag.report.schema import schema_text
from tests.recorded import Examined, examine, examine_files, frames_of, names, recorded
from tests.rewriting import read

NAMES = names()
TRUTH_KEYS = {
    *("cause", "risk", "server", "occurrences", "vantage", "vantage_shown", "notes"),
    *("idle_timeout_s", "measured_timeout_s"),
}
BOTH_ENDS = [
    name.removesuffix("-client")
    for name in NAMES
    if name.endswith("-client") and f"{name.removesuffix('-client')}-server" in NAMES
    if recorded(name).vantage == "client"
]
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(schema_text()), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)

ROOT = Path(__file__).parent.parent

each_fixture = pytest.mark.parametrize("name", NAMES)


def test_the_table_of_captures_is_fresh() -> None:
    text = runpy.run_path(str(ROOT / "fixtures" / "record" / "list.py"))["table"]()
    readme = ROOT / "fixtures" / "pcaps" / "README.md"
    assert text == readme.read_text(encoding="utf-8"), "run python fixtures/record/list.py"


@each_fixture
def test_label_is_complete(name: str) -> None:
    label, truth = recorded(name).label, recorded(name).truth
    keys = {"description", "script", "recorded", "products", "network", "truth"}
    assert label.keys() - {"logs"} == keys
    assert all((recorded(name).path.parent / log).exists() for log in label.get("logs", []))
    assert (ROOT / label["script"]).exists()
    assert {"cause", "server", "occurrences"} <= truth.keys() <= TRUTH_KEYS
    assert {truth["cause"], truth.get("risk", "none")} <= {*(c.slug for c in CAUSES), "none"}
    assert (truth["cause"] == "none") == (truth["occurrences"] == 0)


@each_fixture
def test_verdict(name: str) -> None:
    truth, verdict = recorded(name).truth, examine(name).report.verdict
    assert (verdict.cause, verdict.risk) == (truth["cause"], truth.get("risk"))


@each_fixture
def test_harmed_requests(name: str) -> None:
    truth = recorded(name).truth
    assert examine(name).harmed(truth["cause"], truth["server"]) == truth["occurrences"]


@each_fixture
def test_nothing_else_is_claimed(name: str) -> None:
    truth, found = recorded(name).truth, examine(name)
    claimed = {slug for slug, severity, _ in found.causes if severity != "info"}
    assert claimed <= {truth["cause"], truth.get("risk")}
    assert {found.scene.addresses.text(f.server) for f in found.findings} <= {truth["server"]}


@pytest.mark.parametrize("name", [name for name in NAMES if recorded(name).timeout_s])
def test_idle_timeout(name: str) -> None:
    truth = recorded(name)
    (server,) = [s for s in examine(name).report.servers if s.endpoint == truth.truth["server"]]
    assert server.idle_timeout is not None
    assert server.idle_timeout.likely_setting_s == truth.timeout_s


@pytest.mark.parametrize("name", [name for name in NAMES if recorded(name).vantage])
def test_vantage(name: str) -> None:
    (capture,) = examine(name).report.captures
    assert capture.vantage == recorded(name).vantage, capture.vantage_evidence


@each_fixture
def test_nothing_is_odd_about_a_good_capture(name: str) -> None:
    assert not examine(name).report.captures[0].problems


@each_fixture
def test_report_keeps_its_contract(name: str) -> None:
    VALIDATOR.validate(examine(name).json)


@each_fixture
def test_every_frame_named_exists(name: str) -> None:
    written = examine(name).json
    packets = len(read(recorded(name).path).packets)
    assert written["captures"][0]["packets"] == packets
    assert all(1 <= frame <= packets for _, frame, _ in frames_of(written))
    quoted = [int(f) for text in sentences(written) for f in re.findall(r"[Ff]rame (\d+)", text)]
    assert all(1 <= frame <= packets for frame in quoted)


def sentences(written: Any) -> list[str]:
    return [text for finding in written["findings"] for text in finding["evidence"]]


@each_fixture
def test_frames_are_what_the_report_says(name: str) -> None:
    """The second opinion on every frame is scapy's."""
    capture = read(recorded(name).path)
    seen: dict[int, tuple[str, bytes]] = {}
    for _, frame, item in frames_of(examine(name).json):
        flag, summary, kind = item.get("flag"), item.get("summary"), item.get("kind")
        if frame not in seen:
            seen[frame] = dissect(capture.link_type, capture.packets[frame - 1].data)
        flags, data = seen[frame]
        if flag in ("FIN", "RST"):
            assert flag[0] in flags
        if kind in ("syn", "fin", "rst"):
            assert kind[0].upper() in flags
        if "origin" in item:
            assert "R" in flags
        if summary and "HTTP/1." in summary:
            assert summary.encode() in data


def dissect(link_type: int, data: bytes) -> tuple[str, bytes]:
    """Flags of the innermost TCP header, and the bytes of the packet."""
    from scapy.config import conf  # noqa: PLC0415 - takes a second to import
    from scapy.layers import all as _layers  # noqa: F401, PLC0415
    from scapy.layers.inet import TCP  # noqa: PLC0415

    packet = conf.l2types[link_type](data)
    (*_, tcp) = packet.iterpayloads()
    while not isinstance(tcp, TCP):
        tcp = tcp.underlayer
    return str(tcp.flags), data


HEADS_NEEDED = {"announced-close-ignored", "response-truncated", "request-timeout", "server-abort"}
"""What tells these causes is said in HTTP, which a short snap length leaves out."""

HEADERS_CUT = {("stale-gre", 68), ("stale-ipip", 68), ("stale-ipv6", 68)} | {
    ("stale-vxlan", snap) for snap in (68, 96)
}
"""The TCP header itself, inside a tunnel or behind IPv6, is longer than the snap length."""

OTHER_CAUSE = {"announced-close-ignored-nginx": "max-requests"}
"""Without its announcement, that all connections end with the third request is what remains."""


FRAMES_CUT = {
    *{("caddy-h2c-stale", 68), ("nginx-h2c-stale", 68)},
    ("early-answers-nat-client", 68),
}
"""The 2 bytes that are left show no frames of HTTP/2: a PING and a GOAWAY look like requests and
responses, and so does a request of 15 bytes like a farewell. A body that comes after its answer
looks like a request that nobody answers."""

REASON_CUT = {
    ("postgresql-restart", 68): "stale-keep-alive",
    ("postgresql-terminated", 68): "stale-keep-alive",
    ("postgresql-hikaricp", 68): "stale-keep-alive",
    ("redis-health-check-late", 68): "stale-keep-alive",
}
"""A database says why it closes, and a pool's check is known by its words: without these, a
restart looks like idle closes, and the check like a request."""


@pytest.mark.parametrize("snap_bytes", [96, 68])
@each_fixture
def test_a_short_snap_length_changes_no_verdict(name: str, snap_bytes: int, tmp_path: Path) -> None:
    cut = read(recorded(name).path).cut(snap_bytes).write(tmp_path / "cut.pcap", snap_bytes)
    found, whole = examine_files([cut]), examine(name)
    verdict, before = found.report.verdict, whole.report.verdict
    if (name, snap_bytes) in HEADERS_CUT:
        assert (verdict.cause, verdict.confidence) == ("none", "low")
        assert found.report.captures[0].problems[0].code == "headers-cut"
    elif (name, snap_bytes) in REASON_CUT:
        assert verdict.cause == REASON_CUT[name, snap_bytes]
        assert 0 < found.harmed(verdict.cause) <= len(whole.report.findings[0].occurrences)
    elif (name, snap_bytes) in FRAMES_CUT:
        assert verdict.cause == before.cause
        assert 0 < found.harmed(before.cause) < whole.harmed(before.cause)
    elif before.cause in HEADS_NEEDED and verdict.cause != before.cause:
        guessed = verdict.confidence == "low"
        assert guessed or verdict.cause in {"none", OTHER_CAUSE.get(name)}
        assert verdict.cause != "none" or verdict.confidence != "high"
    elif before.risk == "timeout-mismatch" and verdict.risk is None:
        assert verdict.cause == before.cause, "a Keep-Alive field may have been cut away"
    else:
        assert summary(found) == summary(whole)


def summary(found: Examined) -> tuple[str, str | None, list[tuple[str, str, int]]]:
    """The verdict, and what was found how often."""
    verdict = found.report.verdict
    return verdict.cause, verdict.risk, [c for c in found.causes if c[1] != "info"]


@pytest.mark.parametrize("times", [2, 3])
@each_fixture
def test_packets_captured_several_times_change_nothing(
    name: str, times: int, tmp_path: Path
) -> None:
    again = read(recorded(name).path).repeated(times).write(tmp_path / "again.pcap")
    assert summary(examine_files([again])) == summary(examine(name))


@pytest.mark.parametrize("block_bytes", [1, 4096])
@each_fixture
def test_the_size_of_a_block_changes_nothing(name: str, block_bytes: int) -> None:
    """With 1, as with anything below a record's header, each packet is a block of its own."""
    report = analyze([recorded(name).path], block_bytes=block_bytes)
    assert render(report, PLAIN) == examine(name).text


@pytest.mark.parametrize(
    "order",
    [
        ("rotated-1", "rotated-2"),
        ("rotated-2", "rotated-1"),
        ("rotated-1", "rotated-2", "rotated-1"),
        ("rotated-2", "rotated-2", "rotated-1"),
    ],
)
def test_rotated_files_are_one_capture(order: tuple[str, ...]) -> None:
    found = examine(*order)
    assert found.report.verdict.cause == "stale-keep-alive"
    assert found.causes == [("stale-keep-alive", "error", 5)]
    assert found.report.servers[0].idle_timeout.likely_setting_s == 2  # type: ignore[union-attr]
    assert frames_exist(found.report, order)


@pytest.mark.parametrize("first", ["client", "server"])
@pytest.mark.parametrize("name", BOTH_ENDS)
def test_both_ends_together(name: str, first: str) -> None:
    ends = (f"{name}-client", f"{name}-server")
    ends = ends if first == "client" else ends[::-1]
    found = examine(*ends)
    truth = recorded(f"{name}-client").truth
    verdict = found.report.verdict
    assert (verdict.cause, verdict.risk) == (truth["cause"], truth.get("risk"))
    assert found.harmed(truth["cause"]) == truth["occurrences"]
    assert [c.vantage for c in found.report.captures] == [recorded(n).vantage for n in ends]
    assert frames_exist(found.report, ends)


def test_both_directions_together_tell_what_each_can_not() -> None:
    found = examine("one-direction-to-client", "one-direction-to-server")
    assert found.report.verdict.cause == "stale-keep-alive"
    assert found.harmed("stale-keep-alive") == 5


@pytest.mark.parametrize("direction", ["client", "server"])
def test_one_direction_proves_nothing_and_says_so(direction: str) -> None:
    report = examine(f"one-direction-to-{direction}").report
    assert report.verdict.confidence == "low"
    assert any("Capture both directions" in limit for limit in report.limits)


def frames_exist(report: Report, of: tuple[str, ...]) -> bool:
    packets = [len(read(recorded(name).path).packets) for name in of]
    written = json.loads(render(report, PLAIN))
    return all(1 <= frame <= packets[capture] for capture, frame, _ in frames_of(written))
