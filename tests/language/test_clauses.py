"""Clauses put together."""

from __future__ import annotations

from netdiag.language.clauses import alternatives, clauses_of, listing, sentence_of, sentences_of


def test_clauses_of_a_sentence() -> None:
    assert clauses_of(["it rained", "nobody came"]) == "it rained; nobody came"
    assert sentence_of(["It rained"]) == "It rained."
    assert sentence_of(["It rained", "{nobody} came"]) == "It rained; {nobody} came."
    assert sentences_of(["One.", "Two.", "Three."]) == "One. Two. Three."


def test_lists() -> None:
    assert [listing(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [alternatives(["a", "b", "c"][:n]) for n in range(4)] == [
        "",
        "a",
        "a or b",
        "a or b or c",
    ]
