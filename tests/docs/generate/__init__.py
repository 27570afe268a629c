"""Tests of `docs.generate`."""
