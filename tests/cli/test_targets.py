"""What may be written to: no input, under whatever name it comes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from netdiag.cli.targets import OutputError, check_target
from tests.recorded import PCAPS

from .conftest import Process

CAPTURE = next(PCAPS.glob("race-client.pcap*"))


@pytest.fixture
def captures(tmp_path: Path) -> Path:
    """A directory with two captures and a report of an earlier run."""
    folder = tmp_path / "rotated"
    folder.mkdir()
    for name in ("app-0.pcap", "app-1.pcap"):
        (folder / name).write_bytes(CAPTURE.read_bytes())
    (folder / "report.txt").write_text("old")
    return folder


def test_targets_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a directory"):
        check_target(str(tmp_path), [])
    with pytest.raises(OutputError, match="there is no directory"):
        check_target(str(tmp_path / "a" / "b"), [])
    dangling = tmp_path / "dangling.txt"
    dangling.symlink_to(tmp_path / "a" / "b")
    with pytest.raises(OutputError, match="there is no directory"):
        check_target(str(dangling), [])


def test_targets_that_can(tmp_path: Path) -> None:
    check_target(None, [tmp_path])
    check_target("-", [tmp_path])
    check_target(str(tmp_path / "new.txt"), [tmp_path / "missing.pcap", "*.none", "-"])
    check_target(os.devnull, [os.devnull])


@pytest.mark.parametrize(
    ("allowed", "complaint"),
    [
        (lambda path, _mode: path.name != "report.txt", "it is write-protected"),
        (lambda path, _mode: path.name == "report.txt", "takes no new file"),
    ],
)
def test_what_is_protected_is_found_before_the_work(
    captures: Path,
    monkeypatch: pytest.MonkeyPatch,
    allowed: Callable[[Path, int], bool],
    complaint: str,
) -> None:
    """`os.access` is replaced: root, who runs tests in a container, may write anywhere."""
    monkeypatch.setattr(os, "access", allowed)
    with pytest.raises(OutputError, match=complaint):
        check_target(str(captures / "report.txt"), [])


@pytest.mark.parametrize(
    "inputs",
    ["app-1.pcap", ".", "app-?.pcap", "../rotated", "../rot*", "../rotated/app-0.pcap"],
)
@pytest.mark.parametrize("name", ["itself", "symbolic link", "hard link"])
def test_an_input_is_refused_by_every_name(
    captures: Path, monkeypatch: pytest.MonkeyPatch, inputs: str, name: str
) -> None:
    monkeypatch.chdir(captures)
    target = captures / ("app-0.pcap" if inputs.endswith("app-0.pcap") else "app-1.pcap")
    if name == "symbolic link":
        target = captures.parent / "link.txt"
        target.symlink_to(captures / "app-1.pcap")
    elif name == "hard link":
        target = captures.parent / "hard.txt"
        target.hardlink_to(captures / "app-1.pcap")
    if inputs.endswith("app-0.pcap") and name != "itself":
        check_target(str(target), [inputs])  # the other file of the two
        return
    with pytest.raises(OutputError, match=r"will not write over '.*app-\d\.pcap'.* as input"):
        check_target(str(target), ["missing.pcap", inputs])


def test_what_a_directory_holds_beside_its_captures_may_be_replaced(captures: Path) -> None:
    check_target(str(captures / "report.txt"), [captures])
    check_target(str(captures / "report.txt"), [captures.parent])  # no captures in there


def test_standard_input_is_an_input(process: Process, captures: Path) -> None:
    capture = captures / "app-0.pcap"
    with capture.open() as stdin:
        done = process("analyze", "-", "-o", str(capture), stdin=stdin)
    assert done.returncode == 2
    assert done.stderr == (
        "netdiag: will not write over 'standard input', which is read as input\n"
    )
    assert capture.read_bytes() == CAPTURE.read_bytes()


def test_appending_to_an_input_is_refused(process: Process, captures: Path) -> None:
    capture = captures / "app-0.pcap"
    with capture.open("a") as stdout:
        done = process("analyze", str(capture), stdout=stdout)
    assert done.returncode == 2
    assert "will not write over" in done.stderr
    assert capture.read_bytes() == CAPTURE.read_bytes()
