"""Tests of the formats of one connection."""
