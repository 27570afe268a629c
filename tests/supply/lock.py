"""The lock: one version, with the hashes of its files, of all that `pyproject.toml` asks for.

    python -m tests.supply.lock             add what is missing, keep the rest
    python -m tests.supply.lock --upgrade   the newest of everything

writes `requirements-dev.txt` for every Python and platform at once, by asking the public index.
`test_lock` fails where the lock has no version, or a wrong one, for something that is asked for.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent.parent
PROJECT, LOCK = ROOT / "pyproject.toml", ROOT / "requirements-dev.txt"
COMMAND = "python -m tests.supply.lock"
FOR_DEVELOPMENT = {"dev", "docs", "fuzz", "mutation"}
"""Extras that nobody needs who only uses netdiag."""


class Locked(NamedTuple):
    """One requirement of the lock: `name==version`, maybe for some platforms, and its hashes."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        """As PEP 503 spells it."""
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> Version:
        """The one version that it allows."""
        (pin,) = self.requirement.specifier
        return Version(pin.version)


def asked_for(*, in_development: bool = True) -> Iterator[Requirement]:
    """What `pyproject.toml` names, in its extras and for the build, too."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    lists = [project["project"]["dependencies"]]
    for extra, wanted in project["project"]["optional-dependencies"].items():
        if in_development or extra not in FOR_DEVELOPMENT:
            lists.append(wanted)
    if in_development:
        lists.append(project["build-system"]["requires"])
    for wanted in lists:
        yield from map(Requirement, wanted)


def locked(text: str) -> list[Locked]:
    """What a lock holds, in its order.

    Raises:
        InvalidRequirement: there is something in it that is no requirement, such as an option.
    """
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    found = []
    for entry in re.split(r"\n(?! )", "\n".join(lines)):
        requirement, *hashes = re.split(r"\s*\\\n\s*--hash=", entry)
        found.append(Locked(Requirement(requirement), tuple(hashes)))
    return found


def main(*options: str) -> None:
    """Write the lock."""
    uv = Path(sys.executable).with_name("uv")
    command = [
        *(str(uv), "pip", "compile", PROJECT.name, "--quiet", "--no-config"),
        *("--universal", "--python-version", "3.11", "--all-extras", "--generate-hashes"),
        *("--custom-compile-command", COMMAND, "--output-file", LOCK.name),
    ]
    subprocess.run([*command, *options], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
