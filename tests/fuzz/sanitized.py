"""The compiled loops with the address and undefined-behaviour sanitizers, and coverage feedback.

Built by clang into a folder, as atheris describes it for extensions: libFuzzer and the sanitizer's
run time in one library, which must be loaded before Python; atheris takes libFuzzer from there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Sequence
from pathlib import Path

SOURCES = sorted((Path(__file__).parents[2] / "netdiag" / "native").glob("*.c"))
COMPILERS = ("clang", *(f"clang-{version}" for version in range(21, 13, -1)))
CHECKS = "-fsanitize=address,undefined,fuzzer-no-link"
ASAN_OPTIONS = ":".join(
    (
        "detect_leaks=0",  # Python itself leaks
        "allocator_may_return_null=1",  # as MemoryError expects
        "malloc_context_size=1",  # for speed: no stack of where memory was allocated
        "quarantine_size_mb=16",
    )
)


class NoCompilerError(Exception):
    """There is no clang with its run-time libraries; the message says what to install."""


def environment(folder: Path) -> dict[str, str]:
    """What a child has to find in its environment; builds both libraries.

    Raises:
        NoCompilerError: there is no clang, or not all of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    clang = next(filter(None, map(shutil.which, COMPILERS)), None)
    if clang is None:
        raise NoCompilerError("expected clang; on Debian: apt install clang libclang-rt-14-dev")
    runtime, native = folder / "asan_with_fuzzer.so", folder / "_native.abi3.so"
    _link_runtime(clang, folder, runtime)
    include = f"-I{sysconfig.get_paths()['include']}"
    flags = ("-O1", "-g", CHECKS, "-fno-sanitize-recover=undefined", "-shared", "-fPIC", include)
    _run([clang, *flags, *map(str, SOURCES), "-o", str(native)])
    return {
        **os.environ,
        "LD_PRELOAD": str(runtime),
        "FUZZ_NATIVE": str(native),
        "ASAN_OPTIONS": ASAN_OPTIONS,
    }


def _link_runtime(clang: str, folder: Path, runtime: Path) -> None:
    where = Path(_run([clang, "-print-resource-dir"]).strip()) / "lib" / "linux"
    fuzzer, asan = (where / f"libclang_rt.{part}-x86_64.a" for part in ("fuzzer_no_main", "asan"))
    if not (fuzzer.exists() and asan.exists()):
        raise NoCompilerError(f"expected {fuzzer} and {asan.name}; on Debian: libclang-rt-14-dev")
    own = shutil.copy(asan, folder / "asan.a")
    # The part that is linked into programs alone; it would start the sanitizer twice.
    _run(["ar", "d", str(own), "asan_preinit.cpp.o", "asan_preinit.cc.o"])
    whole = ["-Wl,--whole-archive", str(fuzzer), str(own), "-Wl,--no-whole-archive"]
    _run([clang, "-shared", *whole, "-lstdc++", "-lpthread", "-ldl", "-lm", "-o", str(runtime)])


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
