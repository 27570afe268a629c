"""Tests of the timeouts room."""
