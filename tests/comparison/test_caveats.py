"""What two captures leave open."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.comparison.caveats import caveats
from netdiag.comparison.model import Measures
from netdiag.comparison.seen import look_at
from tests.comparison.pairs import compared, examination

OLD, NEW = look_at(examination("cure-before")), look_at(examination("cure-by-limit"))
WAS = compared("cure-by-limit").before.measures
IS = compared("cure-by-limit").after.measures


def said(was: Measures = WAS, is_: Measures = IS) -> str:
    return " ".join(caveats(OLD, NEW, (), was, is_))


def test_none_of_a_clean_pair() -> None:
    made = compared("cure-by-limit")
    assert made.caveats == ()


def test_a_server_that_is_gone() -> None:
    assert "Requests to 127.0.0.1:21200 were harmed before; AFTER does not have it." in said()


def test_other_traffic() -> None:
    rare = replace(IS, exchanges=100 * IS.exchanges)
    assert "The traffic is another one" in said(is_=rare)
    assert "The traffic is another one" not in said()


def test_what_the_wire_does_not_show() -> None:
    assert "3 idle connections were ended by RST" in said(is_=replace(IS, unseen_risks=3))
    assert "1 idle connection was ended by RST" in said(is_=replace(IS, unseen_risks=1))
    other = replace(IS, other_harmed={"server-abort": 2})
    assert "Other causes, which this verdict is not about" in said(is_=other)


def test_few_failures_before() -> None:
    few = replace(WAS, exposure=replace(WAS.exposure, harmed_moments=2))
    assert "Few failures before" in said(was=few)
    assert "Few failures before" not in said()
