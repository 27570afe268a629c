"""`analyze`: the whole line, from the paths of captures to a report."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from netdiag.analysis import Options, analyze
from netdiag.errors import CaptureError, NetdiagError, SelectionError
from netdiag.report.formats.json_format import render
from netdiag.report.model import Report
from netdiag.report.page import PLAIN
from tests.conversations import Conversation
from tests.recorded import PCAPS, examine, recorded
from tests.scripted import Scripted, closed_when_idle, pooled, reused

STALE = PCAPS / "nginx-stale.pcap"


def without_paths(report: Report) -> object:
    written = json.loads(render(report, PLAIN))
    for capture in written["captures"]:
        del capture["path"], capture["bytes"]
    return written


def test_paths_may_be_text() -> None:
    assert analyze([str(STALE)]) == analyze([STALE])


def test_nothing_is_remembered_between_analyses() -> None:
    first = analyze([STALE])
    analyze([PCAPS / "race-client.pcap"])
    assert analyze([STALE]) == first


def test_a_directory_is_all_its_captures(tmp_path: Path) -> None:
    for name in ("rotated-1", "rotated-2"):
        (tmp_path / f"{name}.pcap").write_bytes(recorded(name).path.read_bytes())
    report = analyze([tmp_path])
    assert [Path(capture.path).name for capture in report.captures] == [
        "rotated-1.pcap",
        "rotated-2.pcap",
    ]
    assert report.verdict == examine("rotated-1", "rotated-2").report.verdict


def test_a_glob(tmp_path: Path) -> None:
    for name in ("rotated-1", "rotated-2"):
        (tmp_path / f"{name}.pcap").write_bytes(recorded(name).path.read_bytes())
    assert len(analyze([str(tmp_path / "rotated-?.pcap")]).captures) == 2


def test_a_compressed_capture_says_the_same(tmp_path: Path) -> None:
    packed = tmp_path / "stale.pcap.gz"
    packed.write_bytes(gzip.compress(STALE.read_bytes()))
    assert without_paths(analyze([packed])) == without_paths(analyze([STALE]))


def test_progress_is_told_in_bytes_and_reaches_the_end() -> None:
    told: list[tuple[str, int, int | None]] = []
    size = STALE.stat().st_size
    analyze([STALE], progress=lambda *said: told.append(said), block_bytes=4096)
    assert {(what, total) for what, _, total in told} == {("reading", size)}
    done = [so_far for _, so_far, _ in told]
    assert done == sorted(done)
    assert done[-1] == size


def test_progress_without_a_known_end(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(STALE.read_bytes())
    told: list[tuple[str, int, int | None]] = []
    analyze([tmp_path], progress=lambda *said: told.append(said))
    assert {total for _, _, total in told} == {None}


def test_a_capture_without_a_packet(scripted: Scripted) -> None:
    report = scripted(Conversation(), edit=lambda packets: []).report
    assert report.captures[0].packets == 0
    assert report.verdict.cause == "none"


def test_a_capture_that_ends_in_the_middle_of_a_packet(scripted: Scripted) -> None:
    path = scripted.capture(reused(), pooled(client_port=40001, start_s=60))
    path.write_bytes(path.read_bytes()[:-7])
    report = analyze([path])
    assert report.verdict.cause == "stale-keep-alive"
    (problem,) = report.captures[0].problems
    assert problem.code == "truncated-file"


@pytest.mark.parametrize(
    ("content", "error"), [(None, CaptureError), (b"", CaptureError), (b"no capture", CaptureError)]
)
def test_what_is_no_capture(
    tmp_path: Path, content: bytes | None, error: type[NetdiagError]
) -> None:
    path = tmp_path / "x.pcap"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=r"x\.pcap") as raised:
        analyze([path])
    assert "\n" not in str(raised.value)


def test_options_are_checked_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(SelectionError):
        analyze([tmp_path / "missing.pcap"], Options(server="nowhere"))


def test_all_connections(scripted: Scripted) -> None:
    path = scripted.capture(reused(), pooled(client_port=40001))
    assert len(analyze([path]).connections) == 1
    assert len(analyze([path], Options(all_connections=True)).connections) == 2


def test_a_selection_narrows_findings_but_not_evidence(scripted: Scripted) -> None:
    """Timeouts are inferred from all connections, whoever asks about which."""
    others = [closed_when_idle(5, client=f"10.0.0.{host}", start_s=host) for host in range(10, 14)]
    path = scripted.capture(reused(5, 3), *others)
    report = analyze([path], Options(client="10.0.0.1"))
    assert report.connections_total == 1
    (server,) = report.servers
    assert server.connections == 1
    assert server.idle_timeout is not None
    assert server.idle_timeout.closes == 5
