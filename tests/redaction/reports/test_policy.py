"""Every text of a report has a policy."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import pytest
from msgspec import Struct

from netdiag.redaction.reports.fields import policies_of
from netdiag.redaction.reports.policy import POLICIES
from netdiag.report.model import Report


def classes(of: type) -> set[type]:
    """A kind of object and all that its fields may hold."""
    found = {of}
    for hint in get_type_hints(of).values():
        for part in leaves(hint):
            if isinstance(part, type) and issubclass(part, Struct):
                found |= classes(part)
    return found


def leaves(hint: Any) -> list[Any]:
    parts = get_args(hint)
    return [leaf for part in parts for leaf in leaves(part)] if parts else [hint]


ALL = sorted(classes(Report), key=lambda each: each.__name__)


@pytest.mark.parametrize("owner", ALL, ids=[each.__name__ for each in ALL])
def test_every_field_that_may_hold_a_text_has_a_policy(owner: type) -> None:
    texts = {name for name, hint in get_type_hints(owner).items() if str in leaves(hint)}
    assert texts <= set(policies_of(owner)), "say in POLICIES how to redact it"


@pytest.mark.parametrize("owner", POLICIES, ids=lambda owner: owner.__name__)
def test_policies_are_of_fields_that_there_are(owner: type[Struct]) -> None:
    assert owner in ALL
    assert set(POLICIES[owner]) <= set(owner.__struct_fields__)
