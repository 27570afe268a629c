"""Files of stores, from a store in memory; what the libraries of stores say, as one line."""

from __future__ import annotations

import builtins
import logging
import os
import sys
import warnings
from typing import Any

import pytest

from netdiag.capture import CaptureSource, find_captures, open_capture
from netdiag.capture.stores import LIBRARIES, expand_url, filesystem_of, install, one_error
from netdiag.errors import CaptureError
from tests.capture.building import pcap, some_packets
from tests.capture.test_remote import count, store

__all__ = ["store"]


def test_a_protocol_that_nobody_knows() -> None:
    with pytest.raises(CaptureError, match=r"^odd://x/y: can't be .*: Protocol not known"):
        find_captures(["odd://x/y"])


def test_a_folder_is_its_captures(store: Any) -> None:
    first, second = find_captures(["memory://bucket"])
    assert [first.path, second.path] == ["memory:///bucket/a.pcap", "memory:///bucket/b.pcap"]
    assert [problem.code for problem in first.problems] == ["not-a-capture"]
    assert "in memory://bucket are no captures, such as notes.txt" in first.problems[0].detail
    assert (count(first), count(second)) == (3, 7)


def test_a_folder_without_files(store: Any) -> None:
    store.pipe("/bucket/below/it/c.pcap", b"")
    with pytest.raises(CaptureError, match=r"^memory://bucket/below: expected captures in this"):
        find_captures(["memory://bucket/below"])


def test_a_pattern(store: Any) -> None:
    sources = find_captures(["memory://bucket/?.pcap", "memory:///bucket/a.pcap"])
    assert [count(source) for source in sources] == [3, 7]
    with pytest.raises(CaptureError, match=r"^memory://bucket/\*.gz: no file matches$"):
        find_captures(["memory://bucket/*.gz"])


def test_a_file_with_the_signs_of_a_pattern_in_its_name(store: Any) -> None:
    store.pipe("/bucket/a[1].pcap", pcap(some_packets(5)))
    (source,) = find_captures(["memory://bucket/a[1].pcap"])
    assert count(source) == 5


def test_a_store_without_a_bucket() -> None:
    with pytest.raises(CaptureError, match=r"^memory://: expected the name of a bucket"):
        find_captures(["memory://"])


class Denying:
    """A store whose users may read files that they know, and list nothing."""

    def info(self, path: str) -> dict[str, Any]:
        return {"name": path, "type": "file"}

    def invalidate_cache(self) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        raise PermissionError("Access Denied")


def test_to_read_a_file_it_need_not_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "netdiag.capture.stores.filesystem_of", lambda url: (Denying(), url.partition("://")[2])
    )
    assert expand_url("s3://bucket/a.pcap") == ["s3://bucket/a.pcap"]
    for url in ("s3://bucket/*.pcap", "s3://bucket"):
        with pytest.raises(CaptureError, match=r": can't be (listed|opened): Access Denied$"):
            expand_url(url)


class Listing(Denying):
    """A store that has two files."""

    def glob(self, path: str) -> list[str]:
        return ["bucket/day/b.pcap", "bucket/day/a.pcap"]


def test_azures_own_urls_keep_their_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netdiag.capture.stores.filesystem_of", lambda _: (Listing(), "bucket/x"))
    folder = "abfss://bucket@acme.dfs.core.windows.net/day"
    assert expand_url(f"{folder}/?.pcap") == [f"{folder}/a.pcap", f"{folder}/b.pcap"]


def test_files_that_cannot_be_read_are_no_other_files(
    monkeypatch: pytest.MonkeyPatch, store: Any
) -> None:
    real = type(store).open

    def denied(self: Any, path: str, *arguments: Any, **more: Any) -> Any:
        if path.endswith(locked):
            raise PermissionError("Access Denied")
        return real(self, path, *arguments, **more)

    monkeypatch.setattr(type(store), "open", denied)
    locked = "b.pcap"
    first, *others = find_captures(["memory://bucket"])
    assert others == []
    assert [(each.code, each.count) for each in first.problems] == [
        ("not-a-capture", 1),
        ("file-not-read", 1),
    ]
    assert "bucket/b.pcap: can't be opened: Access Denied); skipped" in first.problems[1].detail
    locked = ""
    with pytest.raises(CaptureError, match=r"a.pcap: can't be opened: Access Denied$"):
        find_captures(["memory://bucket"])


def test_without_fsspec_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *arguments: Any) -> Any:
        if name.startswith("fsspec"):
            raise ImportError(name)
        return real(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(CaptureError, match=r"^s3://x/y: .* needs fsspec: pip install 'netdiag\["):
        open_capture(CaptureSource("s3://x/y"))


@pytest.mark.parametrize(
    ("url", "library", "extra"),
    [("s3://x/y", "s3fs", "s3"), ("gs://x/y", "gcsfs", "gs"), ("abfs://x/y", "adlfs", "abfs")],
)
def test_without_the_library_of_a_store_it_says_what_to_install(
    url: str, library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(CaptureError) as error:
        find_captures([url])
    text = str(error.value)
    assert text.startswith(f"{url}: can't be opened: ")
    assert library in text
    assert text.endswith(f"(pip install 'netdiag[{extra}]')")
    assert "\n" not in text


def test_whatever_else_comes_with_all_of_them() -> None:
    assert install("https://x") == install("smb://x/y") == "pip install 'netdiag[remote]'"


def test_libraries_write_nothing_to_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    for name in LIBRARIES:
        monkeypatch.setattr(logging.getLogger(name), "handlers", [])
    with warnings.catch_warnings():
        filesystem_of("memory://x/y")
        for name in LIBRARIES:
            logging.getLogger(f"{name}.part").error("with a traceback")
            warnings.warn_explicit("odd", UserWarning, "file", 1, module=f"{name}.part")
        filesystem_of("memory://x/y")
        assert len(logging.getLogger("gcsfs").handlers) == 1
    assert capsys.readouterr() == ("", "")
    assert os.environ["GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT"] == "false"


def test_an_error_is_one_line_without_secrets() -> None:
    url = "https://host/a?sig=abc"
    with (
        pytest.raises(
            CaptureError, match=r"^https://host/a: can't be read: 403 for 'https://h/b'$"
        ),
        one_error(url, "can't be read"),
    ):
        raise OSError("403 for 'https://h/b?sig=a%2Fc'\nand more")
