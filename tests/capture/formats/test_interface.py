"""How formats say that a capture is cut."""

from __future__ import annotations

from netdiag.capture.blocks import Blocks
from netdiag.capture.formats import FORMATS
from netdiag.capture.formats.interface import report_cut
from netdiag.problems import ProblemLog
from tests.capture.building import BytesStream, pcap, section


def test_a_cut_says_how_far_the_analysis_goes() -> None:
    blocks, problems = Blocks(BytesStream(b"0123456789")), ProblemLog()
    blocks.advance(0)
    report_cut(problems, blocks, 3, 41)
    (problem,) = problems.entries()
    assert problem.code == "truncated-file"
    assert problem.detail == (
        "the capture ends 7 bytes into the record behind packet 41; analysed up to packet 41"
    )


def test_a_capture_that_ends_with_a_record_is_not_cut() -> None:
    blocks, problems = Blocks(BytesStream(b"0123")), ProblemLog()
    blocks.advance(0)
    report_cut(problems, blocks, 4, 1)
    assert problems.entries() == ()


def test_each_format_recognises_its_own_beginning_only() -> None:
    by_name = {form.name: form for form in FORMATS}
    heads = {"pcap": pcap([])[:12], "pcapng": section()[:12]}
    for name, form in by_name.items():
        assert [n for n, head in heads.items() if form.recognises(head)] == [name]
        assert not form.recognises(b"")
        assert not form.recognises(b"GET / HTTP/1")
