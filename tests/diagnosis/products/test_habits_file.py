"""Habits in product files: what is read, what is refused, and that each has its source."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.product_file import parse
from netdiag.diagnosis.products.store import load
from netdiag.diagnosis.products.toml_table import ProductFileError

HEAD = 'slug = "x"\nname = "X"\nroles = ["server"]\nunseen = "it is silent"\n[[habits]]\n'


def test_all_keys() -> None:
    (habits,) = parse(
        "x",
        HEAD + 'closes = ["FIN"]\ntls_closes = ["FIN", "close_notify"]\n'
        'close_notify_bytes = ["19", "35"]\nlate_seconds = 1.5\nlate_requests = ["reset"]\n'
        'keep_alive_header = "no"\nprobe_seconds = [15, 30]\nsource = "a test"\n',
    ).habits
    assert habits.role == "server"
    assert habits.tls_closes == {"FIN", "close_notify"}
    assert habits.close_notify_bytes == {19, 35}
    assert (habits.late_s, habits.keep_alive_header, habits.reaction) == (1.5, False, None)
    assert habits.probes_s == {15.0, 30.0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "source: expected text"),
        ('closes = ["RST"]\n', r"x.toml: habits\[0\]: closes: expected some of FIN, RST,ACK"),
        ('keep_alive_header = "maybe"\n', "keep_alive_header: expected yes or no"),
        ('reaction = "soon"\n', "reaction: expected one of at once, on use"),
        ('probe_seconds = ["15"]\n', "probe_seconds: expected a list of numbers"),
        ('colour = 1\nsource = "a test"\n', "unknown keys: colour"),
    ],
)
def test_a_mistake_is_reported_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ProductFileError, match=message):
        parse("x", HEAD + text)


@pytest.mark.parametrize("slug", PRODUCTS)
def test_at_most_one_set_of_habits_a_side(slug: str) -> None:
    sides = [habits.role for habits in load(slug).habits]
    assert len(set(sides)) == len(sides)
    assert all(habits.source for habits in load(slug).habits)
