"""The words that every format has in common: the names of outcomes."""

from __future__ import annotations

from netdiag.language import N_, _

OUTCOMES = {
    "worked": N_("WORKED"),
    "absorbed": N_("HIDDEN BY RETRIES"),
    "less": N_("LESS, BUT NOT GONE"),
    "unproven": N_("NOT PROVEN"),
    "did-not-work": N_("DID NOT WORK"),
    "worse": N_("WORSE"),
    "not-comparable": N_("CAN'T BE COMPARED"),
}


def outcome_name(outcome: str) -> str:
    """A verdict in a word or two."""
    return _(OUTCOMES[outcome])
