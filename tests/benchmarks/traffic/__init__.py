"""Tests of what captures are made of."""
