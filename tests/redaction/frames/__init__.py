"""Tests of redacted frames."""
