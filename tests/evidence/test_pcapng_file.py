"""`PcapngFile`, read back by netdiag's own reader and by Wireshark's tools."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest

from netdiag.capture.formats.pcapng_interfaces import DESCRIPTION, NAME, Interface
from netdiag.evidence.pcapng_file import LONGEST_OPTION, PcapngFile
from tests.capture.building import START_NS, Read, read
from tests.evidence.conftest import fields, needs_tshark

ETH0 = Interface(1, 96, 6, 0, ((NAME, b"eth0"), (DESCRIPTION, b"the front")))
FRAME = bytes(range(14)) + b"\x08\x00" + bytes(45)


def written(*interfaces: Interface, comments: tuple[str, ...] = ()) -> bytes:
    """A file with a packet on each interface, a nanosecond-odd second apart."""
    file = BytesIO()
    pcapng = PcapngFile(file, "netdiag test", comments)
    numbers = [pcapng.describe(interface, ["an interface"]) for interface in interfaces]
    for i, number in enumerate(numbers):
        pcapng.packet(number, START_NS + i * 1_000_000_123, FRAME[: 40 + i], 60 + i, [f"nr {i}"])
    return file.getvalue()


def read_back(data: bytes) -> Read:
    got = read(data)
    assert got.problems == ()
    return got


def test_packets_come_back_as_they_were() -> None:
    packets = read_back(written(ETH0, Interface(113, 0, 9))).packets
    assert [(p.data, p.original, p.link_type) for p in packets] == [
        (FRAME[:40], 60, 1),
        (FRAME[:41], 61, 113),
    ]


@pytest.mark.parametrize(
    ("resolution", "unit_ns"), [(9, 1), (6, 1000), (3, 1_000_000), (0, 10**9), (12, 1), (0x8A, 1)]
)
def test_times_are_as_fine_as_the_interface_had_them(resolution: int, unit_ns: int) -> None:
    interface = Interface(1, 0, resolution)
    times = [p.time_ns for p in read_back(written(interface, interface)).packets]
    assert times == [t // unit_ns * unit_ns for t in (START_NS, START_NS + 1_000_000_123)]


def test_an_offset_of_the_clock_is_not_applied_twice() -> None:
    times = [p.time_ns for p in read_back(written(Interface(1, 0, 6, 7200))).packets]
    assert times == [START_NS]


def test_a_comment_too_long_for_an_option_is_cut_between_characters(tmp_path: Path) -> None:
    file = BytesIO()
    pcapng = PcapngFile(file, "netdiag test")
    pcapng.packet(pcapng.describe(ETH0), START_NS, FRAME, 60, ["é" * LONGEST_OPTION, "short"])
    assert len(read_back(file.getvalue()).packets) == 1
    assert file.getvalue().count("é".encode()) == LONGEST_OPTION // 2


@needs_tshark
def test_wireshark_shows_interfaces_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "written.pcapng"
    path.write_bytes(written(ETH0, Interface(113, 0, 9), comments=("what it is", "from where")))
    shown = fields(path, "frame.comment", "frame.interface_name", "frame.interface_description")
    assert shown[0] == ["nr 0", "eth0", "the front"]
    assert shown[1][0] == "nr 1"
    times = [row[0] for row in fields(path, "frame.time_epoch")]
    assert times == ["1700000000.000000000", "1700000001.000000123"]


@pytest.mark.skipif(shutil.which("capinfos") is None, reason="capinfos isn't installed")
def test_capinfos_finds_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "written.pcapng"
    path.write_bytes(written(ETH0, Interface(113, 0, 9), comments=("what it is",)))
    run = subprocess.run(["capinfos", str(path)], capture_output=True, text=True, check=True)
    assert "what it is" in run.stdout
    assert "Comment = an interface" in run.stdout
    assert "netdiag test" in run.stdout


@pytest.mark.skipif(shutil.which("editcap") is None, reason="editcap isn't installed")
def test_editcap_turns_it_into_a_pcap(tmp_path: Path) -> None:
    path, pcap = tmp_path / "written.pcapng", tmp_path / "written.pcap"
    path.write_bytes(written(ETH0, ETH0))
    subprocess.run(["editcap", "-F", "pcap", str(path), str(pcap)], check=True)
    assert [p.data for p in read(pcap.read_bytes()).packets] == [FRAME[:40], FRAME[:41]]
