"""The evidence as a pcapng file."""

from __future__ import annotations

from pathlib import Path

from netdiag.language import speaking
from tests.capture.building import enhanced, interface, option, read, section
from tests.evidence.conftest import Cut, fields, needs_tshark
from tests.recorded import recorded


@needs_tshark
def test_every_packet_has_a_comment_with_its_frame(cut: Cut) -> None:
    path = recorded("tomcat-stale-20s").path
    _, evidence, done = cut([path])
    shown = fields(evidence, "frame.time_epoch", "frame.len", "frame.comment")
    source = fields(path, "frame.time_epoch", "frame.len", "frame.number")
    by_number = {number: [time, length] for time, length, number in source}
    assert len(shown) == done.packets
    for time, length, comment in shown:
        assert comment.startswith("netdiag: c")
        number = comment.rpartition("(frame ")[2].split(" ")[0]
        assert by_number[number] == [time, length]


@needs_tshark
def test_the_section_says_what_it_is(cut: Cut) -> None:
    examination, evidence, _ = cut([recorded("tomcat-stale-20s").path])
    text = evidence.read_bytes()
    assert examination.report().verdict.headline.encode() in text
    assert b"from tomcat-stale-20s.pcap: 118 packets" in text


def test_a_file_whose_name_is_hostile(cut: Cut, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m\u202eb.pcap"
    path.write_bytes(recorded("nginx-stale").path.read_bytes())
    _, evidence, _ = cut([path])
    assert b"\x1b[31m" not in evidence.read_bytes()
    assert rb"a\x1b[31m\u202eb.pcap" in evidence.read_bytes()


def as_pcapng(path: Path, names: list[bytes]) -> bytes:
    """A capture on two interfaces in turn, in nanoseconds."""
    packets = read(path.read_bytes()).packets
    head = section() + b"".join(
        interface(packets[0].link_type, 96, option(2, name) + option(9, b"\x09")) for name in names
    )
    return head + b"".join(
        enhanced(p.time_ns, p.data, p.original, i % len(names)) for i, p in enumerate(packets)
    )


@needs_tshark
def test_interfaces_keep_their_names_and_their_clocks(cut: Cut, tmp_path: Path) -> None:
    path = tmp_path / "source.pcapng"
    path.write_bytes(as_pcapng(recorded("stale-nanosecond").path, [b"eth0", b"eth1"]))
    _, evidence, done = cut([path, recorded("nginx-stale").path], all_findings=True)
    assert done.agrees
    source = fields(path, "frame.time_epoch", "frame.interface_name")
    shown = fields(evidence, "frame.time_epoch", "frame.interface_name", "frame.interface_id")
    named = [row[:2] for row in shown if row[1] != "unknown"]
    assert {row[1] for row in named} == {"eth0", "eth1"}
    assert all(row in source for row in named)


def test_comments_are_in_the_language_of_the_context(cut: Cut) -> None:
    with speaking("zh_CN"):
        _, evidence, done = cut([recorded("nginx-stale").path])
    assert done.agrees
    assert read(evidence.read_bytes()).problems == ()
