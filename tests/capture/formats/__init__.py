"""Tests of the capture formats."""
