"""Lists for a terminal: no wider than it is, and what is left out is said."""

from __future__ import annotations

from typing import Any

import pytest

from netdiag.language import speaking
from netdiag.listing import Wanted, parse_condition, parse_sort
from netdiag.listing.formats.terminal_table import write
from netdiag.listing.listing import columns_of
from netdiag.report.page import PLAIN, Page
from tests.conftest import Golden
from tests.listing.listed import listed
from tests.recorded import examine
from tests.report.hostile import controls_in, widest


def text_of(*captures: str, columns: str | None = None, page: Page = PLAIN, **wanted: Any) -> str:
    listing = listed(examine(*captures), Wanted(**wanted))
    return "".join(write(listing, columns_of(columns) if columns else None, page))


def test_telling_captures(golden: Golden) -> None:
    for name in ("tomcat-stale-20s", "rotated-1", "early-answers-nat-client"):
        golden(f"{name}.txt", text_of(name))


def test_several_servers(golden: Golden) -> None:
    text = text_of(
        "server-restart", "mariadb-idle-reset", order=parse_sort("-idle"), page=Page(width=130)
    )
    golden("two-captures-wide.txt", text)


@pytest.mark.parametrize("width", [40, 80, 100, 160])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    text = text_of("server-restart", "mariadb-idle-reset", page=Page(width=width))
    assert widest(text) <= width
    assert "\nid " in text


def test_columns_that_were_asked_for_are_all_shown() -> None:
    text = text_of("nginx-stale", columns="id,client,server,start,end,causes,duration_s,frames")
    head = text.splitlines()[2].split()
    assert head == ["id", "client", "server", "start", "end", "causes", "duration_s", "frames"]
    assert "…" not in text


def test_what_was_sorted_and_filtered_by_is_shown() -> None:
    text = text_of(
        "nginx-stale",
        order=parse_sort("-bytes"),
        conditions=[parse_condition("retransmissions>=0")],
    )
    assert {"bytes", "retransmissions"} <= set(text.splitlines()[3].split())


def test_what_is_hidden_is_counted() -> None:
    text = text_of("server-restart", limit=1)
    assert text.splitlines()[-1].startswith("and ")
    assert "more: --limit" in text


def test_what_is_filtered_out_is_counted() -> None:
    total = len(examine("nginx-stale").scene.connections)
    text = text_of("nginx-stale", conditions=[parse_condition("frames<0")])
    assert text == f"0 of {total} connections fit\n"


def test_ascii_and_another_language() -> None:
    assert text_of("nginx-stale", page=Page(unicode=False)).isascii()
    with speaking("zh_CN"):
        text = text_of("nginx-stale")
    assert widest(text) <= 80
    assert not controls_in(text)
