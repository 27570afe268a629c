"""Tests of the diagnosis room."""
