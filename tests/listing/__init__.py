"""Tests of the listing room."""
