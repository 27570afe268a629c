"""An iterator that is a step ahead: the same items, the same errors, and no thread left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from netdiag.decode.ahead import ahead
from netdiag.language import current, speaking


def test_the_same_items() -> None:
    assert list(ahead(range(1, 1000))) == list(range(1, 1000))
    assert list(ahead([])) == []


def test_it_is_one_step_ahead_and_no_more() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1, 6):
            made.append(number)
            yield number

    for item in ahead(items()):
        for _ in range(3000):
            if len(made) > item or item == 5:
                break
            time.sleep(0.01)
        time.sleep(0.01)
        assert made[-1] == min(item + 1, 5)


def test_it_may_be_several_steps_ahead() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1, 100):
            made.append(number)
            yield number

    taken = ahead(items(), 5)
    assert next(taken) == 1
    for _ in range(3000):
        if len(made) == 6:
            break
        time.sleep(0.01)
    time.sleep(0.01)
    assert made == [1, 2, 3, 4, 5, 6]
    assert list(taken) == list(range(2, 100))


def test_an_error_is_raised_where_its_item_would_be() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("damaged")

    taken = ahead(items())
    assert next(taken) == 1
    with pytest.raises(ValueError, match="damaged"):
        next(taken)


def test_no_thread_outlives_the_iteration() -> None:
    before = threading.active_count()
    for item in ahead(range(1, 100)):
        if item == 3:
            break
    taken = ahead(range(1, 100))
    next(taken)
    taken.close()
    assert threading.active_count() == before


def test_steps_are_made_in_the_language_of_the_context() -> None:
    with speaking("zh_CN"):
        assert list(ahead(current() for _ in range(2))) == ["zh_CN"] * 2
