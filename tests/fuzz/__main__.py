"""``python -m tests.fuzz [TARGET...] --seconds N``: fuzzes each for N seconds, and counts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz import campaign
from tests.fuzz.campaign import Tally
from tests.fuzz.sanitized import NoCompilerError, environment
from tests.fuzz.targets import TARGETS, target_named

FOLDER = Path(__file__).parents[2] / ".fuzz"


def main(arguments: list[str] | None = None) -> int:
    """0 where nothing was found, 1 where something was, 2 where it can't be looked for."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := set(options.targets) - set(TARGETS):
        parser.error(f"expected some of {', '.join(TARGETS)}; found {', '.join(sorted(unknown))}")
    if find_spec("atheris") is None:
        print("expected atheris: pip install -e '.[fuzz]'", file=sys.stderr)
        return 2
    try:
        sanitized = environment(options.folder / "sanitized") if options.sanitize else None
    except NoCompilerError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{'target':<14}{'executions':>12}{'coverage':>10}  found", flush=True)
    tallies = []
    for tally in _run_all(options.targets or TARGETS, options, sanitized):
        found = "nothing" if tally.found is None else str(tally.found)
        print(
            f"{tally.target:<14}{tally.executions:>12,}{tally.coverage:>10,}  {found}", flush=True
        )
        tallies.append(tally)
        _write_down(tally, options.folder)
    print(f"{'in all':<14}{sum(tally.executions for tally in tallies):>12,}")
    findings = [tally for tally in tallies if tally.found is not None]
    for tally in findings:
        print(f"\n{tally.target}: {tally.found}\n{tally.log[-3000:]}", file=sys.stderr)
    return 1 if findings else 0


def _run_all(
    names: Iterable[str], options: argparse.Namespace, sanitized: Mapping[str, str] | None
) -> Iterable[Tally]:
    targets = [target_named(name) for name in names]  # here: threads can't import side by side
    with ThreadPoolExecutor(options.jobs) as pool:
        yield from pool.map(
            lambda target: campaign.run(
                *(target, options.seconds, options.folder, sanitized),
                *(options.seed, options.patience),
            ),
            targets,
        )


def _write_down(tally: Tally, folder: Path) -> None:
    """One line a run, so that the executions of many runs can be added up."""
    today = datetime.now(UTC).isoformat(timespec="seconds")
    with (folder / "runs.tsv").open("a") as runs:
        runs.write(f"{today}\t{tally.target}\t{tally.executions}\t{tally.coverage}\n")
    log = folder / "logs" / f"{tally.target}.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text(tally.log, errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", metavar="TARGET", nargs="*", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default: 60)")
    parser.add_argument("--jobs", type=int, default=1, help="targets at a time (default: 1)")
    parser.add_argument(
        "--seed", type=int, default=0, help="take the same way each time (default: another one)"
    )
    parser.add_argument(
        "--patience",
        metavar="SECONDS",
        type=int,
        default=campaign.HANG_S,
        help=f"for one input; more where others use the machine (default: {campaign.HANG_S})",
    )
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="for corpus and findings (default: .fuzz)"
    )
    parser.add_argument(
        "--sanitize",
        action="store_true",
        help="the compiled loops with clang's sanitizers and coverage feedback",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
