"""`netdiag export`, as a program and in this process."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from netdiag.analysis import examine
from netdiag.cli import main
from tests.cli.conftest import environment
from tests.recorded import recorded

STALE = recorded("tomcat-stale-20s").path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments)], prog_name="netdiag")


def netdiag(*arguments: object, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "netdiag", "export", *map(str, arguments)]
    return subprocess.run(command, input=given, capture_output=True, check=False, env=environment())


def test_both_tables_at_once(tmp_path: Path) -> None:
    c, x = tmp_path / "c.parquet", tmp_path / "x.parquet"
    result = run(STALE, "-o", c, "--exchanges", x)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "netdiag: 9 connections and 20 exchanges written\n"
    assert pq.read_schema(c).metadata[b"netdiag.table"] == b"connections"
    assert pq.read_schema(x).metadata[b"netdiag.table"] == b"exchanges"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.parquet", "x.parquet"]


def test_only_exchanges(tmp_path: Path) -> None:
    result = run(STALE, "--exchanges", tmp_path / "x.parquet")
    assert result.stderr == "netdiag: 20 exchanges written\n"
    assert pq.read_metadata(tmp_path / "x.parquet").num_rows == 20


def test_several_captures_and_a_selection(tmp_path: Path) -> None:
    other, target = recorded("nginx-stale").path, tmp_path / "c.parquet"
    assert run(STALE, other, "-o", target).exit_code == 0
    files = pq.read_table(target)["file"].to_pylist()
    assert set(files) == {str(STALE), str(other)}
    assert run(STALE, other, "-o", target, "--port", "18082").exit_code == 0
    ports = pq.read_table(target)["server_port"].to_pylist()
    assert set(ports) == {18082}
    assert run(STALE, "-o", target, "--client", "10.9.9.9").exit_code == 0
    assert pq.read_metadata(target).num_rows == 0


def test_no_exchange_is_set_aside(tmp_path: Path) -> None:
    with patch("netdiag.analysis.examine", wraps=examine) as examined:
        assert run(STALE, "-o", tmp_path / "c.parquet").exit_code == 0
    assert examined.call_args.args[1].every_row


def test_times_in_microseconds(tmp_path: Path) -> None:
    target = tmp_path / "c.parquet"
    assert run(STALE, "-o", target, "--time-unit", "us").exit_code == 0
    assert pq.read_schema(target).field("start_time").type.unit == "us"


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    capture = Path(os.fsdecode(bytes(tmp_path) + b"/\xff\x1b.pcap"))
    capture.write_bytes(STALE.read_bytes())
    done = netdiag(capture, "-o", tmp_path / "c.parquet")
    assert done.returncode == 0
    assert set(pq.read_table(tmp_path / "c.parquet")["file"].to_pylist()) == {
        f"{tmp_path}/\\udcff\x1b.pcap"
    }


def test_from_a_pipe_to_a_pipe() -> None:
    done = netdiag("-", "-o", "-", given=STALE.read_bytes())
    assert (done.returncode, done.stderr) == (0, b"netdiag: 9 connections written\n")
    table = pq.read_table(BytesIO(done.stdout))
    assert set(table["file"].to_pylist()) == {"-"}
    assert len(table) == 9


def test_a_reader_that_has_gone(tmp_path: Path) -> None:
    read, written = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "netdiag", "export", str(STALE), "-o", "-"]
    with os.fdopen(written, "wb") as pipe:
        done = subprocess.run(
            command, stdout=pipe, stderr=subprocess.PIPE, check=False, env=environment()
        )
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("option", ["-o", "--exchanges"])
def test_no_capture_is_written_over(option: str, tmp_path: Path) -> None:
    capture = tmp_path / "x.pcap"
    capture.write_bytes(STALE.read_bytes())
    result = run(capture, option, capture)
    assert result.exit_code == 2
    assert "will not write over" in result.stderr
    assert capture.read_bytes() == STALE.read_bytes()


def test_what_was_there_stays_where_something_fails(tmp_path: Path) -> None:
    target = tmp_path / "c.parquet"
    target.write_bytes(b"yesterday's")
    result = run(tmp_path / "missing.pcap", "-o", target)
    assert result.exit_code == 2
    assert target.read_bytes() == b"yesterday's"
    result = run(STALE, "-o", target, "--exchanges", tmp_path / "no" / "x.parquet")
    assert result.exit_code == 2
    assert target.read_bytes() == b"yesterday's"


def test_a_full_disk_is_one_line() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    result = run(STALE, "-o", "/dev/full")
    assert result.exit_code == 2
    assert result.stderr == "netdiag: cannot write '/dev/full': No space left on device\n"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "name a file with -o, --exchanges, or both"),
        (["-o", "same", "--exchanges", "./same"], "name the same file"),
        (["-o", "-", "--exchanges", "-"], "name the same file"),
        (["-o", "c", "--time-unit", "ms"], "--time-unit"),
        (["-o", "no/such/folder/c"], "there is no directory"),
        (["-o", "c", "--server", "nobody"], "--server: expected an IP address"),
    ],
)
def test_errors_are_one_line(
    arguments: list[str], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(STALE, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_without_pyarrow_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    result = run(tmp_path / "missing.pcap", "-o", tmp_path / "c.parquet")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "pip install pyarrow" in result.stderr
    assert result.stderr.count("\n") == 1
