"""Which functions each test calls, as a plugin of pytest hears it from mutmut's trampolines.

What is cached is called by those who find it in the cache, too: without that, only the first test
that examines a capture would seem to call netdiag. What is called in between tests, as modules are
imported and fixtures set up, all tests of the run are held to call.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import process_time
from typing import Any

import pytest

OURS = ("netdiag.", "tests.")


class Caches:
    """What `functools.cache` and `lru_cache` make from here on."""

    def __init__(self) -> None:
        self._made: list[Any] = []

    def made_by(self, decorator: Callable[..., Any]) -> Callable[..., Any]:
        """The decorator, listened to."""

        def cache(*arguments: Any, **options: Any) -> Any:
            made = decorator(*arguments, **options)
            if arguments and callable(arguments[0]):  # @cache, @lru_cache
                self._made.append(made)
                return made
            return self._listed(made)  # @lru_cache(maxsize=4)

        return cache

    def clear(self) -> None:
        """Empty them."""
        for made in self._made:
            made.cache_clear()

    def _listed(self, decorate: Callable[..., Any]) -> Callable[..., Any]:
        def decorated(function: Any) -> Any:
            self._made.append(decorate(function))
            return self._made[-1]

        return decorated


@dataclass(eq=False)
class Calls:
    """By test: seconds of the processor's time, and the functions called."""

    tests: dict[str, tuple[float, set[str]]] = field(default_factory=dict)
    between: set[str] = field(default_factory=set)
    _called: set[str] = field(default_factory=set)
    _cached_s: float = 0.0
    _paid: set[Any] = field(default_factory=set)

    def call(self, function: str, caller: str | None = None) -> None:
        """A trampoline tells of it."""
        self._called.add(function)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """A test."""
        self.between |= self._called
        self._called, self._cached_s, self._paid, start = set(), 0.0, set(), process_time()
        try:
            return (yield)
        finally:
            self.tests[item.nodeid] = (process_time() - start + self._cached_s, self._called)
            self._called = set()

    def pytest_sessionfinish(self) -> None:
        """What was called behind the last test."""
        self.between |= self._called

    def remembering(self, decorator: Callable[..., Any]) -> Callable[..., Any]:
        """`functools.cache` or `lru_cache`, whose hits count as calls."""

        def cache(*arguments: Any, **options: Any) -> Any:
            if arguments and callable(arguments[0]):  # @cache, @lru_cache
                kept = decorator(*arguments, **options)
                return self._heard(kept) if kept.__module__.startswith(OURS) else kept
            made = decorator(*arguments, **options)  # @lru_cache(maxsize=4)
            return lambda f: self._heard(made(f)) if f.__module__.startswith(OURS) else made(f)

        return cache

    def _heard(self, kept: Any) -> Any:
        known: dict[Any, tuple[float, set[str]]] = {}

        @functools.wraps(kept)
        def heard(*arguments: Any, **named: Any) -> Any:
            key = (arguments, tuple(sorted(named.items())))
            outside, self._called = self._called, set()
            missed, start = kept.cache_info().misses, process_time()
            try:
                return kept(*arguments, **named)
            finally:
                if kept.cache_info().misses > missed:
                    known[key] = (process_time() - start, self._called)
                elif (kept, key) not in self._paid:
                    self._cached_s += known[key][0]  # once a test, which may run without others
                self._paid.add((kept, key))
                self._called = outside | known[key][1]

        heard.cache_clear, heard.cache_info = kept.cache_clear, kept.cache_info  # type: ignore[attr-defined]
        return heard
