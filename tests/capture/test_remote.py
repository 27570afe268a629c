"""Captures behind URLs: over HTTP from a real server, and from a store in memory."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from netdiag.capture import CaptureSource, find_captures, open_capture
from netdiag.capture.remote import RemoteStream
from netdiag.errors import CaptureError
from tests.capture.building import pcap, some_packets


@pytest.fixture
def store() -> Iterator[Any]:
    filesystem = fsspec.filesystem("memory")
    filesystem.pipe(
        {
            "/bucket/b.pcap": pcap(some_packets(7)),
            "/bucket/a.pcap": pcap(some_packets(3)),
            "/bucket/notes.txt": b"not a capture",
        }
    )
    yield filesystem
    filesystem.rm("/bucket", recursive=True)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("web")
    (folder / "some.pcap").write_bytes(pcap(some_packets(9)))
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def count(source: CaptureSource) -> int:
    with open_capture(source) as capture:
        return sum(len(records.rows) for records in capture)


def test_over_http(web: str) -> None:
    (source,) = find_captures([f"{web}/some.pcap"])
    assert count(source) == 9


def test_what_is_not_there_is_one_line(web: str) -> None:
    for url in (f"{web}/none.pcap?key=secret", "memory://bucket/none"):
        with pytest.raises(CaptureError, match=r"none(\.pcap)?: no such file") as error:
            open_capture(CaptureSource(url))
        assert "secret" not in str(error.value)
        assert "\n" not in str(error.value)
    with pytest.raises(CaptureError, match=r"^http://127.0.0.1:9/x: .*Cannot connect to host"):
        open_capture(CaptureSource("http://127.0.0.1:9/x"))


def test_bytes_are_counted_and_may_come_in_pieces(store: Any) -> None:
    stream = RemoteStream("memory://bucket/a.pcap")
    size = len(pcap(some_packets(3)))
    assert stream.peek(4) == pcap([])[:4]
    room, got = bytearray(10), b""
    while number := stream.readinto(memoryview(room)):
        got += room[:number]
    stream.close()
    assert got == pcap(some_packets(3))
    assert stream.bytes_taken == size


def test_the_report_names_it_without_them(web: str) -> None:
    with open_capture(CaptureSource(f"{web}/some.pcap?key=secret")) as capture:
        assert capture.info().path == f"{web}/some.pcap"


@pytest.mark.parametrize("before", [0, 5])
def test_a_connection_that_breaks_names_the_place(
    store: Any, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    stream = RemoteStream("memory://bucket/a.pcap")
    stream.readinto(memoryview(bytearray(before)))

    class Broken:
        def read(self, size: int) -> bytes:
            raise RuntimeError("the peer\nwent away")

    monkeypatch.setattr(stream, "_file", Broken())
    if not before:
        with pytest.raises(CaptureError, match=r"a.pcap: can't be read after 0 bytes: the peer$"):
            stream.readinto(memoryview(bytearray(5)))
        return
    assert stream.readinto(memoryview(bytearray(5))) == 0
    assert stream.damage is not None
    assert stream.damage.code == "unreadable-file"
    assert "can't be read beyond byte 5 (the peer)" in stream.damage.detail


def test_a_file_of_the_machine_has_no_url(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(pcap(some_packets(2)))
    (source,) = find_captures([f"file://{tmp_path}/a.pcap"])
    assert count(source) == 2
