"""What may be a check by its first bytes: whatever is one by its words, and little else."""

from __future__ import annotations

import pytest

from netdiag.decode.marks import Mark
from netdiag.exchanges.checks import LONGEST
from netdiag.exchanges.protocols import mark_payloads, redis
from netdiag.exchanges.protocols.checks import MAYBE
from tests.exchanges.protocols.marking import payloads_of
from tests.exchanges.test_checks import CHECKS
from tests.messages import mysql, mysql_query, postgresql, postgresql_query

OTHERS = (
    *(mysql_query(b"SELECT a FROM b"), mysql_query(b"UPDATE a SET b=1"), mysql(0, b"\x0f")),
    *(mysql(0, b"\x17SELECT 1"), mysql(1, b"\x03SELECT 1"), mysql_query(b"SELECT 1") + b"!"),
    *(
        postgresql_query(b"SELECT a FROM b"),
        postgresql(b"B", b"\0select 1\0"),
        b"Q\0\0\0\3select 1",
    ),
    postgresql(b"P", b"\0SELECT a FROM b\0\0\0"),
    b"POST / HTTP/1.1\r\n\r\n",
)


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_may_be_one(check: bytes) -> None:
    marks = mark_payloads(payloads_of([check]))
    assert marks.detail[0] == (redis.CHECK if marks.mark[0] == Mark.REDIS_COMMAND else MAYBE)


@pytest.mark.parametrize("other", OTHERS)
def test_most_others_are_ruled_out(other: bytes) -> None:
    assert mark_payloads(payloads_of([other])).detail[0] != MAYBE


def test_so_is_what_is_too_long() -> None:
    for length, may_be in ((LONGEST, True), (LONGEST + 1, False)):
        query = mysql_query(b"SELECT 1".ljust(length - 5))
        assert (mark_payloads(payloads_of([query])).detail[0] == MAYBE) == may_be
