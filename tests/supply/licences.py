"""The licences of everything that comes along with netdiag and its extras.

    python -m tests.supply.licences

prints each installed package that netdiag may bring, with its licence, and ends with 1 where one
is not in `ALLOWED` or a package is not installed. What development alone needs is not looked at:
nobody gets it with netdiag.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageMetadata, PackageNotFoundError, distribution
from typing import NamedTuple

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.supply.lock import asked_for

ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0"),
    *("MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib"),
}
"""Licences that ask for no more than to be named, and MPL-2.0, whose copyleft ends at its files."""

DECIDED = {"scapy": "GPL-2.0-only"}
"""Packages with another licence, each looked at on its own.

scapy: whoever installs netdiag gets it from its own makers; nothing of it is in netdiag or given
away with it. An image or a bundle that holds both is another matter: leave scapy out of it.
"""

_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_WORDS = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "mit license": "MIT",
    "new bsd": "BSD-3-Clause",
}
"""How packages call licences in a line of their own, from before there were expressions."""


class Licensed(NamedTuple):
    """A package and what its metadata says of its licence; None where nothing is installed."""

    name: str
    licence: str | None

    @property
    def allowed(self) -> bool:
        """Whether netdiag may come with it."""
        return self.licence is not None and (
            DECIDED.get(self.name) == self.licence or fits(self.licence)
        )


def fits(expression: str) -> bool:
    """Whether the expression (SPDX) can be met with allowed licences alone.

    AND binds closer than OR. One with brackets or exceptions fits never: a person has to look.
    """
    ways = (way.split(" AND ") for way in expression.split(" OR "))
    return any(all(name in ALLOWED for name in way) for way in ways)


def licence(metadata: PackageMetadata) -> str:
    """The licence as an expression, from the expression, the one line or the classifiers."""
    said = [metadata.get("License-Expression", ""), metadata.get("License", "")]
    for text in said:
        try:
            return canonicalize_license_expression(_WORDS.get(text.strip().lower(), text))
        except InvalidLicenseExpression:
            continue
    classifiers = [line.split(" :: ") for line in metadata.get_all("Classifier") or ()]
    named = [_CLASSIFIERS.get(line[-1], line[-1]) for line in classifiers if line[0] == "License"]
    return " AND ".join(name for name in named if name != "OSI Approved") or "unknown"


def brought_along(wanted: Iterable[Requirement]) -> Iterator[Licensed]:
    """Each package that comes with these, once; what isn't installed has no licence."""
    waiting, seen = list(wanted), set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, extras := frozenset(requirement.extras)) in seen:
            continue
        known = any(other == name for other, _ in seen)
        seen.add((name, extras))
        try:
            found = distribution(name)
        except PackageNotFoundError:
            yield Licensed(name, None)
            continue
        if not known:
            yield Licensed(name, licence(found.metadata))
        for line in found.requires or ():
            needed = Requirement(line)
            if any(_applies(needed, extra) for extra in (*extras, "")):
                waiting.append(needed)


def _applies(needed: Requirement, extra: str) -> bool:
    return needed.marker is None or needed.marker.evaluate({"extra": extra})


def main() -> int:
    """Print every package with its licence, and what may not come along."""
    found = sorted(brought_along(asked_for(in_development=False)))
    for package in found:
        print(f"{package.name:32} {package.licence or 'NOT INSTALLED'}")
    wrong = [package.name for package in found if not package.allowed]
    if wrong:
        print(f"licences: not allowed, or not known: {', '.join(wrong)}", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
