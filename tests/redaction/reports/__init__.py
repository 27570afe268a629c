"""Tests of redacted reports."""
