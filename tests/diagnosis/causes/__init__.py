"""Tests of the shelf of causes: where each holds, and where it must stay silent."""
