"""Formats of comparisons."""
