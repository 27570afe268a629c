"""Tests of what times programs."""
