"""`Table`: a TOML table of a product file that says where a mistake is.

The files are part of this program: a mistake in one is a mistake of whoever wrote it, so every
check says the file, the place in it, what was expected and what was found.
"""

from __future__ import annotations

from typing import Any


class ProductFileError(ValueError):
    """A product file is missing or breaks the rules; the message says which, where and how."""


class Table:
    """A TOML table that knows where it stands, and complains about keys nobody asked for."""

    def __init__(self, place: str, values: dict[str, Any]) -> None:
        self._place = place
        self._values = dict(values)

    def error(self, message: str) -> ProductFileError:
        """An error that says the place."""
        return ProductFileError(f"{self._place}: {message}")

    def finish(self) -> None:
        """Complain about what nobody asked for."""
        if self._values:
            raise self.error(f"unknown keys: {', '.join(sorted(self._values))}")

    def names(self) -> tuple[str, ...]:
        """List the keys that nobody has asked for yet."""
        return tuple(self._values)

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text; without a default it must be there."""
        value = self._values.pop(key, default)
        if not isinstance(value, str) or (value.strip() == "" and value != default):
            raise self.error(f"{key}: expected text, found {value!r}")
        return value

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Take a list of texts."""
        value = self._values.pop(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            raise self.error(f"{key}: expected a list of texts, found {value!r}")
        return tuple(value)

    def number(self, key: str) -> float | None:
        """Take a number, or None where there is none."""
        value = self._values.pop(key, None)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        raise self.error(f"{key}: expected a number, found {value!r}")

    def numbers(self, key: str) -> frozenset[float]:
        """Take a list of numbers; empty where there is none."""
        values = self._values.pop(key, [])
        if not isinstance(values, list) or not all(type(v) in {int, float} for v in values):
            raise self.error(f"{key}: expected a list of numbers, found {values!r}")
        return frozenset(float(value) for value in values)

    def flag(self, key: str) -> bool:
        """Take a truth value; False where there is none."""
        value = self._values.pop(key, False)
        if not isinstance(value, bool):
            raise self.error(f"{key}: expected true or false, found {value!r}")
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """Take one of the words that are allowed."""
        value = self._values.pop(key, default)
        if value not in allowed:
            raise self.error(f"{key}: expected one of {', '.join(allowed)}, found {value!r}")
        return str(value)

    def choices(self, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """Take at least one of the words that are allowed."""
        values = self.texts(key, ())
        if not values or not set(values) <= set(allowed):
            raise self.error(f"{key}: expected some of {', '.join(allowed)}, found {values!r}")
        return values

    def table(self, key: str) -> Table:
        """Take a table; empty where there is none."""
        value = self._values.pop(key, {})
        if not isinstance(value, dict):
            raise self.error(f"{key}: expected a table, found {value!r}")
        return Table(f"{self._place}: {key}", value)

    def tables(self, key: str) -> tuple[Table, ...]:
        """Take a list of tables; empty where there is none."""
        value = self._values.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            raise self.error(f"{key}: expected tables ([[{key}]]), found {value!r}")
        return tuple(Table(f"{self._place}: {key}[{i}]", v) for i, v in enumerate(value))
