"""The sentences that say why."""

from __future__ import annotations

import re

import pytest

from netdiag.diagnosis.causes import CAUSES
from netdiag.report.build.headlines import headline
from netdiag.report.build.wording import evidence
from tests.recorded import examine, names
from tests.scripted import Scripted, reused

each_fixture = pytest.mark.parametrize("name", names())


@each_fixture
def test_sentences_are_sentences(name: str) -> None:
    found = examine(name)
    assert found.report.verdict.headline
    for finding in found.findings:
        head = headline(found.subject, finding)
        assert re.fullmatch(r"\S.*[^.]", head)
        assert "{" not in head
        assert found.scene.addresses.text(finding.server) in head
        proofs = evidence(found.subject, finding)
        assert all(re.fullmatch(r"[A-Z].*\.", sentence) for sentence in proofs)


@each_fixture
def test_every_error_is_proven_by_frames(name: str) -> None:
    found = examine(name)
    for finding in found.findings:
        if finding.severity == "error":
            assert any("rame " in text for text in evidence(found.subject, finding))


def test_evidence_of_a_stale_connection(scripted: Scripted) -> None:
    found = scripted(reused(5, 3))
    first, second, third, *_ = evidence(found.subject, found.findings[0])
    assert first == "Frame 7: the server's FIN, 5 s after the last byte of an exchange."
    assert second == (
        "Frame 9: the request's acknowledgement number covers the close: the client's kernel had "
        "been told 3 s before."
    )
    assert third.startswith("Frame 10: RST")


def test_explanations_come_from_the_manual() -> None:
    for name in ("nginx-stale", "race-client", "lost-fin-client"):
        (finding, *_) = examine(name).report.findings
        assert "##" not in finding.explanation
        (manual,) = (cause.manual for cause in CAUSES if cause.slug == finding.cause)
        assert finding.explanation in " ".join(manual.split())


def test_frames_name_their_capture_where_there_are_several() -> None:
    examination = examine("rotated-1", "rotated-2")
    sentences = [
        sentence
        for finding in examination.findings
        for sentence in evidence(examination.subject, finding)
        if "Frame" in sentence
    ]
    assert sentences
    assert not [sentence for sentence in sentences if not re.match(r"Frame [12]:\d+", sentence)]
