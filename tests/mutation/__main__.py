"""``python -m tests.mutation ROOM[/MODULE]...``: changes code in one place, and runs its tests."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from tests.mutation import trial
from tests.mutation.score import BAR, Score, interval, killed, scores, survivors


def main(arguments: list[str] | None = None) -> int:
    """0 where enough mutants are killed, 1 where too few are, 2 where none can be made."""
    options = _parser().parse_args(arguments)
    if find_spec("mutmut") is None:
        print("expected mutmut: pip install -e '.[mutation]'", file=sys.stderr)
        return 2
    enough = True
    for target in options.targets:
        room, _, module = target.partition("/")
        copy = trial.prepare(options.folder, room)
        begins = f"{room}.{module}"
        chosen = trial.survived(copy, begins) if options.again else []
        chosen += trial.choose(copy, begins, options.sample, options.seed)
        sample = Score.of(trial.run(copy, room, chosen).values())
        print(f"\n{'module':<32}{'killed':>8}{'by reports':>12}{'tried':>8}{'of':>8}")
        found = trial.results(copy)
        whole = Score.of(found.values())
        for name, score in {**scores(found), room: whole}.items():
            print(f"{name:<32}{score.killed:>8}{score.reported:>12}{score.tried:>8}{score.all:>8}")
        print("\n".join(["", *survivors(found), ""]))
        for what, score in (("this time", sample), ("in all", whole)):
            low, high = interval(score)
            print(f"{what}: {score.killed} of {score.tried}, {low:.1%} to {high:.1%} with 95 %")
        enough = enough and killed(whole) >= BAR
    return 0 if enough else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("targets", metavar="ROOM[/MODULE]", nargs="+", help="as timeouts/holes")
    parser.add_argument(
        "--sample", type=int, default=100, help="mutants to try; 0: show the results (default: 100)"
    )
    parser.add_argument("--seed", type=int, default=1, help="which ones (default: 1)")
    parser.add_argument("--again", action="store_true", help="try the survivors again, too")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument(
        "--folder",
        type=Path,
        default=cache / "netdiag-mutation",
        help="copies of the project, and the results of all runs (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
