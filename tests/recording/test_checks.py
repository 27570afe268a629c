"""What stands in the way of a capture on this host, and the way out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from unittest.mock import patch

import pytest

from netdiag.errors import RecordingError
from netdiag.recording import checks
from netdiag.recording.checks import (
    check_host,
    check_interface,
    check_output,
    files_of,
    find_tcpdump,
)
from netdiag.recording.tcpdump import Ring, Tcpdump


def command(path: Path, **more: object) -> Tcpdump:
    return Tcpdump(packets="tcp", path=path, interface="lo", **more)  # type: ignore[arg-type]


def answer(stderr: str, status: int = 1) -> object:
    done = subprocess.CompletedProcess([], status, "", stderr)
    return patch.object(checks.subprocess, "run", return_value=done)


def test_without_tcpdump(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(checks, "WHERE_ROOT_LOOKS", str(tmp_path))
    with pytest.raises(RecordingError, match="apt install tcpdump"):
        find_tcpdump()


@pytest.mark.parametrize("name", ["eth0", "any", "br-2f1c", "bond0.100", "wlp3s0"])
def test_interfaces(name: str) -> None:
    assert check_interface(name) == name


@pytest.mark.parametrize("name", ["", "-w", "a b", "../x", "eth0;reboot" * 2, "x\n", "a" * 16])
def test_what_is_no_interface(name: str) -> None:
    with pytest.raises(RecordingError, match="--interface: expected"):
        check_interface(name)


def test_no_such_interface_names_those_that_are(tmp_path: Path) -> None:
    said = "tcpdump: eth9: No such device exists\n(No such device exists)\n"
    with answer(said), pytest.raises(RecordingError, match=r"no interface lo; there are any, .*lo"):
        check_host("tcpdump", command(tmp_path / "x"))


def test_no_right_says_how_to_get_it(tmp_path: Path) -> None:
    said = "tcpdump: lo: You don't have permission to perform this capture on that device\n"
    with answer(said), pytest.raises(RecordingError, match=r"sudo, or .*setcap .* /usr/bin/td"):
        check_host("/usr/bin/td", command(tmp_path / "x"))


def test_anything_else_in_its_own_words(tmp_path: Path) -> None:
    said = "tcpdump: syntax error in filter expression\n"
    with answer(said), pytest.raises(RecordingError, match="refuses: syntax error in filter"):
        check_host("tcpdump", command(tmp_path / "x"))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="there is no directory"):
        check_host("tcpdump", command(tmp_path / "missing" / "x"))


def test_a_folder_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root, who may run this, has every right
    with pytest.raises(RecordingError, match="no right to write"):
        check_host("tcpdump", command(tmp_path / "x"))


def test_a_disk_that_is_too_small(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"takes up to 1000000.0 GB.* choose a smaller --size"):
        check_host("tcpdump", command(tmp_path / "x", ring=Ring(10**8, 10)))


def test_an_earlier_capture_is_kept(tmp_path: Path) -> None:
    (tmp_path / "x.pcap07").write_bytes(b"precious")
    with pytest.raises(RecordingError, match=r"will not write over .*x\.pcap07"):
        check_host("tcpdump", command(tmp_path / "x.pcap"))


def test_files_of_a_ring(tmp_path: Path) -> None:
    for name in ("x.pcap10", "x.pcap2", "x.pcap", "x.pcap1.gz", "y.pcap1"):
        (tmp_path / name).touch()
    assert [f.name for f in files_of(tmp_path / "x.pcap")] == ["x.pcap2", "x.pcap10"]


def test_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert check_output(Path("-w"), local=True) == tmp_path / "-w"
    for bad in (tmp_path, Path("a\nb"), Path("/")):
        with pytest.raises(RecordingError, match="--output: expected"):
            check_output(bad, local=True)
