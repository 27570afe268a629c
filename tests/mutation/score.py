"""How many mutants the tests killed, by module; and those that they did not."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

BAR = 0.85
"""The share of mutants that must be killed: what is left is mostly code that means the same."""

SURVIVED, UNTESTED, REPORTED = 0, 33, 10
"""For these, and for those that only a whole report shows; any other number is a test of the room
that failed, or ran for ever."""


@dataclass(frozen=True)
class Score:
    """Of some mutants: how many were killed (some only by whole reports), tried, and made."""

    killed: int
    reported: int
    tried: int
    all: int

    @classmethod
    def of(cls, results: Iterable[int | None]) -> Score:
        """From the exit codes of their tests; None: not tried."""
        codes = list(results)
        tried = [code for code in codes if code is not None]
        return cls(sum(map(is_killed, tried)), tried.count(REPORTED), len(tried), len(codes))


def is_killed(code: int) -> bool:
    """Whether the tests noticed."""
    return code not in (SURVIVED, UNTESTED)


def killed(score: Score) -> float:
    """The share of those tried."""
    return score.killed / score.tried if score.tried else 0.0


def interval(score: Score) -> tuple[float, float]:
    """Between which shares that of all mutants lies, with 95 %: Wilson's interval."""
    n, share, z = score.tried, killed(score), 1.96
    if not n:
        return 0.0, 1.0
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - reach, middle + reach


def scores(results: Mapping[str, int | None]) -> dict[str, Score]:
    """By module: mutants are named ``netdiag.room.module.x_function__mutmut_7``."""
    modules: dict[str, list[int | None]] = defaultdict(list)
    for name, code in results.items():
        modules[name.rpartition(".")[0].removeprefix("netdiag.")].append(code)
    return {module: Score.of(codes) for module, codes in sorted(modules.items())}


def survivors(results: Mapping[str, int | None]) -> Iterator[str]:
    """Those that no test noticed; ``mutmut show NAME`` in the copy prints the change."""
    for name, code in results.items():
        if code is not None and not is_killed(code):
            yield f"{name}: {'no test runs it' if code == UNTESTED else 'survived'}"
