"""What the machines of a cluster are asked to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag import __version__
from netdiag.capture import CaptureSource
from netdiag.cluster.tasks import Found, find, reduce, reduce_apart, version
from netdiag.cluster.wire import from_bytes
from netdiag.errors import CaptureError
from netdiag.exchanges import SettingAside, mark_payloads
from tests.capture.building import pcap
from tests.decode.test_load import packets, parts_of, write


def test_files_are_found_with_their_sizes(tmp_path: Path) -> None:
    parts = parts_of(tmp_path, packets(5), packets(7))
    sizes = [Path(part).stat().st_size for part in parts]
    assert [found.bytes for found in find(str(tmp_path), "en")] == sizes
    assert find(parts[1], "en") == [Found(CaptureSource(parts[1]), sizes[1])]
    assert len(find(f"{tmp_path}/part?", "en")) == 2


def test_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    assert find(str(tmp_path / "none"), "en") == []
    assert find("/dev/null", "en") == []


def test_a_capture_is_reduced_in_the_language_of_who_asks(tmp_path: Path) -> None:
    source = CaptureSource(write(tmp_path / "cut", pcap(packets())[:-1]))
    made = {
        language: from_bytes(reduce(source, mark_payloads, 2000, language))
        for language in ("en", "zh_CN")
    }
    details = [reduced.info.problems[0].detail for reduced in made.values()]
    assert [detail.isascii() for detail in details] == [True, False]
    assert made["en"].info.packets == 59


def test_errors_are_those_of_reading_it_here(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="text: expected a pcap"):
        reduce(CaptureSource(write(tmp_path / "text", b"text")), mark_payloads, 2000, "en")


def test_errors_come_alone() -> None:
    """What a library said before may have secrets in it, or be nothing that can be sent."""
    source = CaptureSource("memory://bucket/none.pcap")
    for task in (reduce, reduce_apart):
        with pytest.raises(CaptureError, match=r"none.pcap: no such file") as error:
            task(source, mark_payloads, 2000, "en", SettingAside)  # type: ignore[operator]
        assert error.value.__cause__ is None
        assert error.value.__context__ is None


def test_the_version() -> None:
    assert version() == __version__
