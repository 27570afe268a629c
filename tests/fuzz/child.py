"""One target under atheris, in a process of its own: ``python -m tests.fuzz.child TARGET ...``.

The arguments behind the target are libFuzzer's. netdiag is imported instrumented, so this module
must import nothing of it before.
"""

from __future__ import annotations

import os
import sys
import warnings
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import atheris

warnings.simplefilter("error")
warnings.filterwarnings("ignore", category=DeprecationWarning, module="scapy")


NATIVE = "netdiag.native._native"


UNINSTRUMENTED = {"native"}
"""Targets of which the compiled part alone is of interest: ten times as fast."""


def target_of(name: str) -> Any:
    """Import a target, and with it what it tests."""
    from tests.fuzz.targets import target_named  # noqa: PLC0415

    return target_named(name)


def use_sanitized(path: str) -> None:
    """Take this build of the compiled loops for netdiag's own."""
    spec = spec_from_file_location(NATIVE, path)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[NATIVE] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules[NATIVE])


def main() -> None:
    """Fuzz until libFuzzer ends the process."""
    name, *arguments = sys.argv[1:]
    if sanitized := os.environ.get("FUZZ_NATIVE"):
        use_sanitized(sanitized)
    if name in UNINSTRUMENTED:
        target = target_of(name)
    else:
        with atheris.instrument_imports(include=["netdiag"], enable_loader_override=False):
            target = target_of(name)
    atheris.Setup([f"fuzz-{name}", f"-max_len={target.most_bytes}", *arguments], target.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
