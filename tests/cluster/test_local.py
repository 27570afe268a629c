"""A cluster of this machine's cores."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from netdiag.cluster.local import local_cluster
from tests.cli.conftest import environment, started
from tests.cli.test_end_to_end import ROOT, ROTATED, _processes, _wait_for

pytestmark = pytest.mark.filterwarnings("ignore")


def test_its_workers_end_with_it_and_nobody_else_gets_to_it_or_sees_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import distributed  # noqa: PLC0415

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with local_cluster() as cluster, distributed.Client(cluster, set_as_default=False) as client:
        workers = set(client.run(os.getpid).values())
        assert len(workers) == len(client.nthreads())
        assert os.getpid() not in workers
        assert set(client.nthreads().values()) == {1}
        heard = [where for pid in (os.getpid(), *workers) for where in listening(pid)]
        assert len(heard) > len(workers)
        assert set(heard) == {"0100007F"}, "127.0.0.1, as the kernel writes it"
        (folder,) = tmp_path.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert any(folder.rglob("worker-*"))
    assert list(tmp_path.iterdir()) == []
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def listening(pid: int) -> list[str]:
    """The addresses at which a process listens: proc(5)."""
    sockets = {
        str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir() if file.is_symlink()
    }
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return [
        row[1].split(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets
    ]


def test_ctrl_c_is_for_this_process_alone() -> None:
    command = ["analyze", *ROTATED, "/dev/stdin", "--dask", "local"]
    with started(
        [sys.executable, "-m", "netdiag", *command],
        env=environment(PYTHONPATH=str(ROOT)),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        _wait_for(lambda: len(_processes(process.pid)) > 1 + len(os.sched_getaffinity(0)))
        os.killpg(process.pid, signal.SIGINT)
        _, complaint = process.communicate(timeout=120)
    assert (process.returncode, complaint) == (130, b"netdiag: interrupted\n")
    _wait_for(lambda: _processes(process.pid) == [])
