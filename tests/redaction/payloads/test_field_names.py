"""Names of fields that may be shown."""

from __future__ import annotations

from netdiag.diagnosis.proxies import FORWARDED
from netdiag.diagnosis.recommendation.retrying import KEY_FIELDS
from netdiag.redaction.payloads.field_names import FIELD_NAMES


def test_the_diagnosis_finds_the_fields_that_it_looks_for() -> None:
    read = {b"connection", b"keep-alive", b"content-length", b"transfer-encoding", b"server"}
    assert read | {b"user-agent", *FORWARDED, *KEY_FIELDS} <= FIELD_NAMES


def test_names_are_in_lower_case() -> None:
    assert all(name == name.lower() for name in FIELD_NAMES)
