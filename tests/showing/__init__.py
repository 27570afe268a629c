"""Tests of the showing room."""
