"""SQL: only statements without a word of anybody's stay."""

from __future__ import annotations

import pytest

from netdiag.redaction.payloads.statements import mask_statement
from tests.redaction.payloads.masking import WORDS


@pytest.mark.parametrize(
    "text",
    [
        *(b"SELECT 1", b"select 1 from dual;", b"/* ping */ SELECT 1", b"COMMIT", b"BEGIN", b""),
        *(b"set autocommit=0", b"START TRANSACTION READ ONLY", b"SET NAMES utf8mb4"),
    ],
)
def test_harmless_statements_stay(text: bytes) -> None:
    assert mask_statement(text, WORDS, is_whole=True) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (b"SELECT name FROM bob", b""),
        (b"SELECT 1 -- bob", b""),
        (b"/* ping from bob */ SELECT 1", b""),
        (b"SET application_name = 'bob'", b"SET "),
        (b"COMMIT PREPARED 'bob'", b"COMMIT"),
        (b"START_REPLICATION SLOT bob", b"START_REPLICATION"),
    ],
)
def test_others_have_a_stand_in(text: bytes, kept: bytes) -> None:
    shown = mask_statement(text, WORDS, is_whole=True)
    assert len(shown) == len(text)
    assert shown.startswith(kept)
    assert b"bob" not in shown
    assert shown == mask_statement(text, WORDS, is_whole=True)


def test_the_beginning_of_a_statement_is_not_taken_for_a_whole_one() -> None:
    assert mask_statement(b"SELECT 1", WORDS, is_whole=False) != b"SELECT 1"
