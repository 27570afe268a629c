"""`python -m docs`: builds the documentation, with warnings as errors, and checks its links.

    python -m docs               build into build/docs/, check every link between the pages
    python -m docs --external    follow the links to other sites (needs the network)

Needs what `pip install -e '.[docs]'` installs. Exit status 1 where something is wrong.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from docs.links import broken

ROOT = Path(__file__).parent.parent
SOURCE, BUILT = ROOT / "docs", ROOT / "build" / "docs"
DOCTREES = ROOT / "build" / "doctrees"


def main(arguments: list[str]) -> int:
    """Build or follow; the exit status."""
    if arguments not in ([], ["--external"]):
        print(__doc__, file=sys.stderr)  # noqa: T201 - a command for developers
        return 2
    if arguments:
        return _sphinx("linkcheck", ROOT / "build" / "links")
    status = _sphinx("html", BUILT, "--fail-on-warning")
    lines = broken(BUILT.resolve()) if status == 0 else []
    for line in lines:
        print(f"broken link: {line}", file=sys.stderr)  # noqa: T201
    return 1 if status or lines else 0


def _sphinx(builder: str, out: Path, *options: str) -> int:
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-j",
        "auto",
        "-b",
        builder,
        "-d",
        str(DOCTREES),
        *options,
    ]
    return subprocess.run([*command, str(SOURCE), str(out)], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
