"""The names that drivers of databases give themselves."""

from __future__ import annotations

import pytest

from netdiag.decode.marks import Mark
from netdiag.exchanges.drivers import driver_name
from tests import messages

ATTRIBUTES = b"\x0c_client_name\x07pymysql\x04_pid\x0212"
LOGIN = messages.mysql(1, b"\x0d\xa2\x3a\0" + bytes(28) + b"app\0\0" + b"plugin\0" + ATTRIBUTES)
JDBC = b"user\0me\0client_encoding\0UTF8\0DateStyle\0ISO\0TimeZone\0UTC\0\0"


@pytest.mark.parametrize(
    ("mark", "sample", "name"),
    [
        (Mark.MYSQL_LOGIN, LOGIN, "pymysql"),
        (Mark.MYSQL_LOGIN, LOGIN[:-12], None),  # cut inside the name
        (Mark.MYSQL_LOGIN, LOGIN[: LOGIN.index(b"\x07pym")], None),
        (Mark.MYSQL_LOGIN, LOGIN.replace(b"_client_name", b"_other__name"), None),
        (
            Mark.POSTGRESQL_STARTUP,
            messages.postgresql_startup(parameters=b"user\0me\0application_name\0psql\0\0"),
            "psql",
        ),
        (
            Mark.POSTGRESQL_STARTUP,
            messages.postgresql_startup(parameters=JDBC),
            "PostgreSQL JDBC Driver",
        ),
        (Mark.POSTGRESQL_STARTUP, messages.postgresql_startup(), None),
        (
            Mark.REDIS_INTRODUCTION,
            messages.redis(b"CLIENT", b"SETINFO", b"LIB-NAME", b"redis-py"),
            "redis-py",
        ),
        (
            Mark.REDIS_INTRODUCTION,
            messages.redis(b"HELLO", b"3")
            + messages.redis(b"client", b"setinfo", b"lib-name", b"jedis"),
            "jedis",
        ),
        (Mark.REDIS_INTRODUCTION, messages.redis(b"HELLO", b"3"), None),
    ],
)
def test_names(mark: Mark, sample: bytes, name: str | None) -> None:
    assert driver_name(mark, sample) == name
