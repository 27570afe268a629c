"""Tests of the formats of lists of connections."""
