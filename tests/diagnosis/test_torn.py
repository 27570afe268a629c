"""Whether a hole lies where a story's evidence does, and what that does to the verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag.diagnosis.crowds import find_crowds
from netdiag.diagnosis.telling import tell
from netdiag.diagnosis.torn import is_torn
from tests.damage import overwritten
from tests.recorded import PCAPS, Examined, examine, examine_files

STALE = "nginx-stale"


def damaged(folder: Path, name: str, *frames: tuple[int, int]) -> Examined:
    path = folder / "damaged.pcap"
    path.write_bytes(overwritten(PCAPS / f"{name}.pcap", *frames))
    return examine_files([path])


def torn(found: Examined) -> list[bool]:
    scene = found.scene
    return [
        is_torn(tell(scene, find_crowds(scene), connection))
        for connection in range(len(scene.connections))
    ]


def test_no_hole_tears_nothing() -> None:
    assert not any(torn(examine(STALE)))


@pytest.mark.parametrize("name", [STALE, "silent-drop-client", "close-wait-leak", "race-client"])
def test_a_hole_in_the_evidence_lowers_the_confidence(name: str, tmp_path: Path) -> None:
    whole = examine(name).report
    (leading, *_) = whole.findings
    for occurrence in leading.occurrences:
        before, after = occurrence.close, occurrence.request
        assert before or after
    sure = {"high": 2, "medium": 1, "low": 0}
    for first in range(2, whole.captures[0].packets - 1, 7):
        found = damaged(tmp_path, name, (first, first + 1)).report
        for finding in found.findings:
            said = any("The capture is damaged" in doubt for doubt in finding.doubts)
            if finding.cause != leading.cause:
                assert sure[finding.confidence] < 2
            elif not said:
                assert finding.confidence == leading.confidence


def test_what_ended_before_a_hole_is_whole(tmp_path: Path) -> None:
    """The requests up to frame 80 have drawn their RST."""
    found = damaged(tmp_path, "tomcat-stale-20s", (81, 85))
    (finding,) = found.report.findings
    ends = {o.connection: o.reset.frame for o in finding.occurrences if o.reset is not None}
    by_row = dict(enumerate(torn(found)))
    numbers = found.scene.connections.number.tolist()
    for row, number in enumerate(numbers):
        if ends.get(f"c{number + 1}", 999) <= 80:
            assert not by_row[row]
    assert sum(by_row.values()) >= 3
    assert finding.confidence == "high"


def test_one_torn_story_alone_is_less_sure(tmp_path: Path) -> None:
    """The farewell is in frame 58, the request in frame 62; the FIN between them is lost."""
    name = "postgresql-listen"
    (whole,) = (f for f in examine(name).report.findings if f.cause == "stale-keep-alive")
    assert whole.confidence == "high"
    found = damaged(tmp_path, name, (60, 61)).report
    (finding,) = (f for f in found.findings if f.cause == "stale-keep-alive")
    assert finding.confidence == found.verdict.confidence == "medium"
    assert "The capture is damaged" in finding.doubts[0]
