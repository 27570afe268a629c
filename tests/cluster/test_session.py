"""A cluster for the length of one analysis, as the command line asks for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import distributed
import pytest

from netdiag.analysis import Options, examine
from netdiag.cluster import reading_on, session
from netdiag.decode import several
from netdiag.errors import ClusterError
from netdiag.report.formats.json_format import render
from netdiag.report.page import PLAIN
from tests.cli.test_end_to_end import PCAPS, ROOT, ROTATED, netdiag
from tests.decode.test_several import rotated

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize(
    "command",
    [["analyze", *ROTATED, "--all", "--format", "json"], ["connections", *ROTATED]],
    ids=lambda command: command[0],
)
def test_the_report_is_the_same(command: list[str], address: str) -> None:
    here, there = netdiag(*command, "--jobs", "1"), netdiag(*command, "--dask", address)
    assert (there.returncode, there.stderr) == (0, "")
    assert there.stdout == here.stdout


@pytest.mark.parametrize("seed", [1, 4])
def test_what_is_settled_stays_with_the_workers(
    seed: int, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = rotated(tmp_path, seed)
    whole = examine(paths, Options(all_connections=True))
    monkeypatch.setattr(several, "ENOUGH_BYTES", 0)
    with reading_on(address) as reader:
        found = examine(paths, Options(all_connections=True, every_row=False), reader=reader)
    assert len(found.subject.scene.settled) > 100
    assert len(found.subject.scene.traffic) < 0.7 * len(whole.subject.scene.traffic)
    assert render(found.report(), PLAIN) == render(whole.report(), PLAIN)


def test_a_cluster_of_this_machine() -> None:
    here, there = netdiag("analyze", *ROTATED), netdiag("analyze", *ROTATED, "--dask", "local")
    assert (there.returncode, there.stderr) == (0, "")
    assert there.stdout == here.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--dask", "tcp://127.0.0.1:9"], "--dask tcp://127.0.0.1:9: no scheduler answers there"),
        (["--dask", "odd://x:1"], "--dask: expected tcp://HOST:PORT or 'local', found 'odd://x:1'"),
        (["--dask", "10.0.0.1"], "--dask: expected tcp://HOST:PORT or 'local', found '10.0.0.1'"),
        (["--dask", "local", "--jobs", "2"], "--jobs says how this machine reads, --dask that"),
    ],
)
def test_what_goes_wrong_is_one_line(
    arguments: list[str], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = netdiag("analyze", *ROTATED, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"netdiag: {complaint}")
    assert done.stderr.count("\n") == 1


def test_errors_of_captures_are_those_of_this_machine(address: str) -> None:
    bad = str(PCAPS / "README.md")
    here, there = netdiag("analyze", bad), netdiag("analyze", bad, "--dask", address)
    assert (there.returncode, there.stderr) == (here.returncode, here.stderr)


def test_workers_of_another_version_are_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "__version__", "9.9.9")
    with (
        pytest.raises(ClusterError, match=r"worker .* has netdiag .*, this is 9.9.9$"),
        reading_on(address),
    ):
        pass


def test_a_scheduler_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "WORKERS_S", 0.2)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=None, silence_logs=50) as cluster,
        pytest.raises(ClusterError, match=r"the scheduler has no workers$"),
        reading_on(cluster.scheduler_address),
    ):
        pass


def test_workers_that_cannot_run_it(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise ModuleNotFoundError("No module named 'netdiag'")

    monkeypatch.setattr(session, "version", missing)
    with (
        pytest.raises(ClusterError, match="a worker can't run netdiag: No module named 'netdiag'"),
        reading_on(address),
    ):
        pass


def test_without_dask_it_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['distributed'] = None\n"
        "from netdiag.cli import main; main(['analyze', sys.argv[1], '--dask', 'local'])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, ROTATED[0]],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stderr.startswith("netdiag: --dask needs Dask and pyarrow: pip install 'netdiag[")


def test_importing_it_brings_no_dask() -> None:
    code = "import sys, netdiag.cluster; print('distributed' in sys.modules, 'dask' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False False\n"
