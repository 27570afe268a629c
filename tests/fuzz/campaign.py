"""Runs one target in a process of its own, and counts: what ``python -m tests.fuzz`` does for each.

From the name of a target and some seconds to a `Tally`. The corpus is made of the target's seeds
at the first run and kept in a folder, so that the next run goes on where this one ended.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha1
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.fuzz.minimise import minimise
from tests.fuzz.targets import Target

HANG_S = 10
MOST_MB = 1024
SANITIZED_MOST_MB = 4096
"""The sanitizer keeps what was freed for a while."""
LEG_S = 150
"""Code that atheris has instrumented keeps 0.1 MB of each input of `analyze`, which netdiag alone
doesn't: after so long another process goes on from the corpus."""
GRACE_S = 300
"""To import everything instrumented, on a busy machine."""

_EXECUTIONS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_STATUS = re.compile(r"^#(\d+)\s.*?\bcov: (\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Tally:
    """What came of a run.

    Attributes:
        target: its name.
        executions: inputs tried.
        coverage: edges of netdiag that some input has reached, in Python, and in C where that was
            instrumented.
        found: an input that is a finding, as small as it goes; None where all was well.
        log: all that the process wrote.
    """

    target: str
    executions: int
    coverage: int
    found: Path | None
    log: str


def run(
    target: Target,
    seconds: int,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    seed: int = 0,
    hang_s: int = HANG_S,
) -> Tally:
    """Fuzz a target for some seconds, or until something is found.

    Args:
        seed: the same one takes the same way from the same corpus; 0 for another each time.
        hang_s: an input that takes longer, on the wall's clock, is a finding.
    """
    stop, whole = monotonic() + seconds, Tally(target.name, 0, 0, None, "")
    while whole.found is None and (left := math.ceil(stop - monotonic())) > 0:
        leg = _run_once(target, min(left, LEG_S), folder, environment, seed, hang_s)
        whole = replace(
            leg,
            executions=whole.executions + leg.executions,
            coverage=max(whole.coverage, leg.coverage),
        )
    return whole


def _run_once(
    target: Target,
    seconds: int,
    folder: Path,
    environment: Mapping[str, str] | None,
    seed: int,
    hang_s: int,
) -> Tally:
    """`run` in one process.

    libFuzzer ends it without the interpreter's farewell, so nothing there clears away the child's
    temporary files: they lie in a folder that goes with it.
    """
    name = target.name
    corpus, raw = folder / "corpus" / name, folder / "raw" / name
    plant(target, corpus)
    raw.mkdir(parents=True, exist_ok=True)
    known = set(raw.iterdir())
    command = [
        *(sys.executable, "-m", "tests.fuzz.child", name),
        *(
            f"-max_total_time={seconds}",
            f"-timeout={hang_s}",
            f"-report_slow_units={hang_s}",
            f"-seed={seed}",
        ),
        f"-rss_limit_mb={MOST_MB if environment is None else SANITIZED_MOST_MB}",
        *("-print_final_stats=1", "-reduce_inputs=1", f"-artifact_prefix={raw}/", str(corpus)),
    ]
    with TemporaryDirectory(prefix="netdiag-fuzz-") as temporary:
        done = subprocess.run(
            command,
            env={**(environment or os.environ), "TMPDIR": temporary},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds + GRACE_S,
            check=False,
        )
    fresh = sorted(set(raw.iterdir()) - known)
    found = _keep(target, fresh[0], folder / "found" / name) if fresh else None
    if done.returncode and not found:
        raise RuntimeError(f"{name} ended with status {done.returncode}:\n{done.stderr[-3000:]}")
    return Tally(name, *counted(done.stderr), found, done.stderr)


def plant(target: Target, corpus: Path) -> None:
    """Write the seeds where none have been written yet."""
    if corpus.exists():
        return
    corpus.mkdir(parents=True)
    for seed in target.seeds():
        kept = seed[: target.most_bytes]
        (corpus / sha1(kept, usedforsecurity=False).hexdigest()).write_bytes(kept)


def counted(log: str) -> tuple[int, int]:
    """Executions and coverage, as libFuzzer said them last."""
    lines = _STATUS.findall(log)
    executions, coverage = (int(number) for number in lines[-1]) if lines else (0, 0)
    final = _EXECUTIONS.search(log)
    return int(final[1]) if final else executions, coverage


def _keep(target: Target, raw: Path, folder: Path) -> Path:
    """The finding, made smaller where it is a plain exception."""
    data = raw.read_bytes()
    if raw.name.startswith("crash-"):
        data = minimise(target.check, data)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / raw.name
    path.write_bytes(data)
    return path
