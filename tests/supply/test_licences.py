"""Nothing comes along with netdiag under a licence that nobody has looked at."""

from __future__ import annotations

from email.message import Message

import pytest
from packaging.requirements import Requirement

from tests.supply.licences import Licensed, brought_along, fits, licence
from tests.supply.lock import asked_for


def test_all_that_comes_along_is_allowed() -> None:
    found = list(brought_along(asked_for(in_development=False)))
    assert {"click", "numpy", "scapy", "markupsafe"} <= {package.name for package in found}
    assert [package for package in found if package.licence and not package.allowed] == []


def test_what_is_needed_only_by_an_extra_comes_with_it_alone() -> None:
    def names(wanted: str) -> set[str]:
        return {package.name for package in brought_along([Requirement(wanted)])}

    assert names("fsspec") == {"fsspec"}
    assert {"fsspec", "aiohttp", "multidict"} <= names("fsspec[http]")


def test_what_is_not_installed_has_no_licence() -> None:
    assert list(brought_along([Requirement("no-such-package")])) == [("no-such-package", None)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("Apache-2.0 AND MIT OR AGPL-3.0-only", True),
        ("unknown", False),
        ("(MIT)", False),
        ("", False),
    ],
)
def test_what_fits(expression: str, expected: bool) -> None:
    assert fits(expression) is expected


def test_a_decision_holds_for_one_package_under_one_licence() -> None:
    assert Licensed("scapy", "GPL-2.0-only").allowed
    assert not Licensed("scapy", "GPL-3.0-only").allowed
    assert not Licensed("other", "GPL-2.0-only").allowed
    assert not Licensed("click", None).allowed


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([("License-Expression", "apache-2.0 or mit")], "Apache-2.0 OR MIT"),
        ([("License", "New BSD")], "BSD-3-Clause"),
        (
            [
                ("License", "the text of a licence\nof many lines"),
                ("Classifier", "License :: OSI Approved :: MIT License"),
                ("Classifier", "Topic :: Internet"),
            ],
            "MIT",
        ),
        ([("Classifier", "License :: Other/Proprietary License")], "Other/Proprietary License"),
        ([], "unknown"),
    ],
)
def test_where_a_licence_is_said(fields: list[tuple[str, str]], expected: str) -> None:
    metadata = Message()
    for name, text in fields:
        metadata[name] = text
    assert licence(metadata) == expected  # type: ignore[arg-type]
