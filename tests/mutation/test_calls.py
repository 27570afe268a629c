"""What counts as called by a test."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.mutation.calls import Caches, Calls


def run_as(calls: Calls, name: str, body: Callable[[], object]) -> None:
    item: Any = SimpleNamespace(nodeid=name)
    wrapper = calls.pytest_runtest_call(item)
    next(wrapper)
    body()
    with pytest.raises(StopIteration):
        wrapper.send(None)


def test_what_a_test_finds_in_a_cache_it_calls() -> None:
    calls = Calls()

    @calls.remembering(functools.cache)
    def examined() -> None:
        calls.call("examine")

    run_as(calls, "first", examined)
    run_as(calls, "second", lambda: (calls.call("other"), examined()))
    run_as(calls, "third", lambda: None)
    called = {name: names for name, (_, names) in calls.tests.items()}
    assert called == {"first": {"examine"}, "second": {"examine", "other"}, "third": set()}
    assert examined.cache_info().misses == 1


def test_what_is_found_in_a_cache_costs_each_test_once() -> None:
    calls = Calls()

    @calls.remembering(functools.cache)
    def examined() -> int:
        return sum(range(3_000_000))

    run_as(calls, "first", examined)
    run_as(calls, "second", lambda: [examined() for _ in range(20)])
    first_s, second_s = (cpu_s for cpu_s, _ in calls.tests.values())
    assert 0.5 * first_s < second_s < 2 * first_s


def test_a_cache_with_options() -> None:
    calls = Calls()

    @calls.remembering(functools.lru_cache)(maxsize=1)
    def examined(name: str) -> str:
        calls.call(name)
        return name

    run_as(calls, "first", lambda: examined("a"))
    run_as(calls, "second", lambda: examined("b"))
    run_as(calls, "third", lambda: examined("b"))
    assert [names for _, names in calls.tests.values()] == [{"a"}, {"b"}, {"b"}]


def test_what_is_called_between_tests() -> None:
    calls = Calls()
    calls.call("imported")
    run_as(calls, "first", lambda: None)
    calls.call("torn down")
    calls.pytest_sessionfinish()
    assert calls.between == {"imported", "torn down"}


def test_caches_are_emptied() -> None:
    caches, asked = Caches(), []

    @caches.made_by(functools.cache)
    def examined(name: str) -> None:
        asked.append(name)

    @caches.made_by(functools.lru_cache)(maxsize=1)
    def looked_up(name: str) -> None:
        asked.append(name)

    for _ in range(2):
        examined("a")
        looked_up("b")
    assert asked == ["a", "b"]
    caches.clear()
    examined("a")
    looked_up("b")
    assert asked == ["a", "b", "a", "b"]
