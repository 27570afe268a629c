"""The lock has a version, with hashes, of whatever is asked for."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from packaging.requirements import InvalidRequirement
from packaging.utils import canonicalize_name

from tests.supply.lock import COMMAND, LOCK, ROOT, Locked, asked_for, locked

TEXT = LOCK.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def versions() -> dict[str, list[Locked]]:
    found = defaultdict(list)
    for entry in locked(TEXT):
        found[entry.name].append(entry)
    return found


def test_all_that_is_asked_for_is_locked_as_asked(versions: dict[str, list[Locked]]) -> None:
    asked = list(asked_for())
    assert {"click", "ruff", "sphinx", "s3fs", "setuptools"} <= {wanted.name for wanted in asked}
    for wanted in asked:
        entries = versions[canonicalize_name(wanted.name)]
        assert entries, f"{wanted} is not locked; run: {COMMAND}"
        for entry in entries:
            assert entry.version in wanted.specifier, f"{wanted}; run: {COMMAND}"


def test_each_version_has_the_hashes_of_its_files(versions: dict[str, list[Locked]]) -> None:
    for entry in (entry for entries in versions.values() for entry in entries):
        assert entry.hashes, entry.requirement
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", found) for found in entry.hashes)


def test_the_lock_names_no_place_to_install_from() -> None:
    assert "://" not in TEXT
    assert not re.search(r"^\s*-(?!-hash=)", TEXT, re.M)


def test_an_option_is_no_requirement() -> None:
    with pytest.raises(InvalidRequirement):
        locked("--extra-index-url somewhere\nclick==8.1.0 \\\n    --hash=sha256:00\n")


def test_ci_installs_from_the_lock_and_from_nowhere_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    installs = [i for i, line in enumerate(lines) if "pip install" in line]
    closed = next(i for i, line in enumerate(lines) if line.startswith("export PIP_NO_INDEX=1"))
    uv, *whole = [lines[i] for i in installs if i < closed]
    assert f"--require-hashes --only-binary :all: -r <(sed -n '/^uv==/,/# via/p' {LOCK.name})" in uv
    for line in whole:  # by uv; else by pip
        assert f"--require-hashes --only-binary :all: -r {LOCK.name}" in line
    assert 1 + len(whole) < len(installs)
