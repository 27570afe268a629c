"""Tests of what reports say."""
