"""A cluster of this machine's cores."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from netdiag.cluster.local import local_cluster
from tests.cli.conftest import environment
from tests.cli.test_end_to_end import ROOT, ROTATED, _processes, _wait_for

pytestmark = pytest.mark.filterwarnings("ignore")


def test_its_workers_are_processes_that_end_with_it() -> None:
    import distributed  # noqa: PLC0415

    with local_cluster() as cluster, distributed.Client(cluster, set_as_default=False) as client:
        workers = set(client.run(os.getpid).values())
        assert len(workers) == len(client.nthreads())
        assert os.getpid() not in workers
        assert set(client.nthreads().values()) == {1}
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_ctrl_c_is_for_this_process_alone() -> None:
    command = ["analyze", *ROTATED, "/dev/stdin", "--dask", "local"]
    with subprocess.Popen(
        [sys.executable, "-m", "netdiag", *command],
        env=environment(PYTHONPATH=str(ROOT)),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        _wait_for(lambda: len(_processes(process.pid)) > 1 + len(os.sched_getaffinity(0)))
        os.killpg(process.pid, signal.SIGINT)
        _, complaint = process.communicate(timeout=120)
    assert (process.returncode, complaint) == (130, b"netdiag: interrupted\n")
    _wait_for(lambda: _processes(process.pid) == [])
