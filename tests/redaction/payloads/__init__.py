"""Tests of the shelf of protocols."""
