"""What a column is."""

from __future__ import annotations

from netdiag.listing import COLUMNS, Kind


def test_only_words_have_words() -> None:
    wordy = {column.name for column in COLUMNS if column.words}
    assert wordy == {c.name for c in COLUMNS if c.kind in {Kind.WORD, Kind.WORDS}}


def test_every_kind_is_in_use() -> None:
    assert {column.kind for column in COLUMNS} == set(Kind)
