"""Runs tests in processes of their own, each with one mutant: ``python -m tests.mutation.worker``.

Reads a `Job` a line, as JSON, and writes its `Outcome`. Each is forked from a process that has
loaded pytest and numpy, and the test files in its arguments with what they import. A mutant that
survives where these were loaded before it deserves another try where they weren't: a constant may
hold what the original has worked out. Caches are emptied.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from tests.mutation.calls import Caches, Calls

ALWAYS = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir=."]
ALWAYS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what is `LOADED`
LOADED = ["hypothesis", "jsonschema", "msgspec", "numpy", "pytest", "rich.console"]
LOADED += ["scapy.layers.inet", "scapy.layers.inet6", "scapy.layers.l2", "scapy.utils"]
WITHOUT = {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "NETDIAG_PURE"}
"""Not passed on: mutated modules are large, and are better compiled once."""

MEMORY_BYTES = 8 << 30
"""A mutant that takes more fails."""

TIMED_OUT = -24
"""As the signal SIGXCPU; also where the clock, not the processor's time, was up."""

BROKEN = 70
"""pytest itself could not be run."""


@dataclass(frozen=True)
class Job:
    """Which tests to run, and with which mutant; without one, which functions they call."""

    arguments: list[str]
    mutant: str = ""
    cpu_s: int = 60
    """So much of the processor's time, and at most so many times ten seconds."""


@dataclass(frozen=True)
class Outcome:
    """pytest's exit code; without a mutant what each test costs, and calls, as mutmut names it."""

    code: int
    tests: dict[str, tuple[float, list[str]]]


class Worker:
    """A process that does jobs, in this folder; ends with the block."""

    def __init__(self, folder: Path, *loaded: str) -> None:
        environment = {k: v for k, v in os.environ.items() if k not in WITHOUT}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.mutation.worker", *loaded],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, job: Job) -> Outcome:
        """What became of it."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        outcome = Outcome(**json.loads(self._process.stdout.readline()))
        if outcome.code == BROKEN:
            raise SystemExit(f"expected pytest to run with {job}")
        return outcome

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def main() -> None:
    """One job after the other, until there are no more."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    for name in LOADED:
        import_module(name)
    caches = Caches()
    if sys.argv[1:]:
        _silence()
        functools.cache, functools.lru_cache = map(
            caches.made_by, (functools.cache, functools.lru_cache)
        )
        sys.path.insert(0, str(Path.cwd()))
        import_module("pytest").main([*ALWAYS, "--collect-only", *sys.argv[1:]])
        import_module("netdiag.analysis")
    gc.freeze()  # what is collected there needn't be looked at in each child
    for line in sys.stdin:  # pytest gives its tests another one
        print(json.dumps(asdict(done(Job(**json.loads(line)), caches))), file=answers)


def done(job: Job, caches: Caches) -> Outcome:
    """What became of it."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        caches.clear()
        _work(job, writing)
    os.close(writing)
    called = b""
    if not job.mutant:
        with os.fdopen(reading, "rb") as pipe:
            called = pipe.read()
    else:
        os.close(reading)
    code = _waited(child, time.monotonic() + 10 * job.cpu_s)
    return Outcome(code, json.loads(called or "{}"))


def _waited(child: int, until: float) -> int:
    """Its exit code; killed when its time is up."""
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.kill(child, 9)
            os.waitpid(child, 0)
            return TIMED_OUT
        time.sleep(0.005)


def _work(job: Job, writing: int) -> None:
    """In the child: run the tests, and never return."""
    code = BROKEN
    try:
        _silence()
        resource.setrlimit(resource.RLIMIT_CPU, (job.cpu_s, job.cpu_s + 10))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        code, calls = _tested(job)
        if not job.mutant:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(json.dumps(calls).encode())
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _enough(*_: object) -> None:
    """What took too long is not known to call anything."""
    import_module("pytest").exit("time is up", 0)


def _silence() -> None:
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 1)


def _tested(job: Job) -> tuple[int, dict[str, tuple[float, list[str]]]]:
    trampoline: Any = import_module("mutmut.mutation.trampoline")
    calls = Calls()
    if job.mutant:
        trampoline.set_mutant_under_test(job.mutant)
    else:
        functools.cache = calls.remembering(functools.cache)
        functools.lru_cache = calls.remembering(functools.lru_cache)
        trampoline.record_trampoline_hit = calls.call
        signal.signal(signal.SIGXCPU, _enough)
        trampoline._mutant_under_test = "stats"  # not in the environment: children don't report
    sys.path.insert(0, str(Path.cwd()))
    code = int(import_module("pytest").main([*ALWAYS, *job.arguments], [calls]))
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    return code, {
        name: (cpu_s, sorted(called | calls.between))
        for name, (cpu_s, called) in calls.tests.items()
    }


if __name__ == "__main__":
    main()
