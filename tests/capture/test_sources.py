"""Which captures the paths on a command line stand for."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from netdiag.capture.sources import CaptureSource, find_captures, recognise
from netdiag.errors import CaptureError
from tests.capture.building import pcap, pcapng, some_packets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Captures under misleading names, other files beside them, a capture one level down."""
    (tmp_path / "b.txt").write_bytes(pcap(some_packets()))
    (tmp_path / "a.pcap").write_bytes(pcapng(some_packets()))
    (tmp_path / "c.gz").write_bytes(gzip.compress(pcap([])))
    (tmp_path / "notes.pcap").write_text("no capture at all")
    (tmp_path / "empty.pcap").write_bytes(b"")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "d.pcap").write_bytes(pcap([]))
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def paths(sources: list[CaptureSource]) -> list[str]:
    return [source.path for source in sources]


def test_a_directory_stands_for_the_captures_in_it(folder: Path) -> None:
    sources = find_captures([str(folder)])
    assert paths(sources) == [str(folder / name) for name in ("a.pcap", "b.txt", "c.gz")]
    (problem,) = sources[0].problems
    assert (problem.code, problem.count) == ("not-a-capture", 2)
    assert "such as empty.pcap" in problem.detail
    assert all(source.problems == () for source in sources[1:])


def test_a_directory_without_captures_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    with pytest.raises(CaptureError, match="expected captures in this directory, found none among"):
        find_captures([str(tmp_path)])


def test_a_named_file_is_taken_at_its_word(folder: Path) -> None:
    """That it is no capture shows when it is opened."""
    assert paths(find_captures([str(folder / "notes.pcap")])) == [str(folder / "notes.pcap")]


def test_globs_that_the_shell_left_alone(folder: Path) -> None:
    got = paths(find_captures([str(folder / "[ab].*")]))
    assert got == [str(folder / "a.pcap"), str(folder / "b.txt")]
    assert paths(find_captures([str(folder / "bel*")])) == [str(folder / "below" / "d.pcap")]
    with pytest.raises(CaptureError, match=r"\*\.cap: no file matches"):
        find_captures([str(folder / "*.cap")])


def test_a_file_with_glob_characters_in_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a[1].pcap"
    path.write_bytes(pcap([]))
    assert paths(find_captures([str(path)])) == [str(path)]


def test_the_same_file_counts_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "link").symlink_to(folder / "b.txt")
    got = find_captures(["b.txt", str(folder / "b.txt"), "./below/../b.txt", "link", "-", "-"])
    assert paths(got) == ["b.txt", "-"]


def test_the_order_is_that_of_the_command_line(folder: Path) -> None:
    got = paths(find_captures(["-", str(folder / "c.gz"), str(folder)]))
    assert got == ["-", *(str(folder / name) for name in ("c.gz", "a.pcap", "b.txt"))]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="missing: no such file or directory"):
        find_captures([str(tmp_path / "missing")])


def test_a_format_is_recognised_by_content() -> None:
    assert (pcap_format := recognise(pcap([]))) is not None
    assert pcap_format.name == "pcap"
    assert recognise(b"") is None
    assert recognise(b"\x00" * 12) is None


def test_secrets_are_not_in_what_is_logged_of_a_source() -> None:
    assert repr(CaptureSource("https://me:pw@host/a?sig=x")) == "CaptureSource('https://host/a')"
