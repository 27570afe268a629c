"""Comparing two examinations."""
