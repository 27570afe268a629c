"""Mutation testing: what the tests of a room would not notice. ``python -m tests.mutation``."""
