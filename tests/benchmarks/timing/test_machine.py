"""What figures depend on."""

from __future__ import annotations

import re

from benchmarks.timing.machine import describe
from netdiag import __version__


def test_it_says_what_the_figures_depend_on() -> None:
    machine, system, day = describe([])
    assert re.fullmatch(r"Machine: .+, \d+ cores?, \d+ GiB of memory\.", machine)
    assert re.search(r"kernel \S+; Python 3\.\d+\.\d+, numpy \d", system)
    assert re.fullmatch(rf"Measured on \d{{4}}-\d\d-\d\d with netdiag {__version__}\.", day)
