"""Tests of the Markdown report."""
