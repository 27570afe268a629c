"""Tests of the products shelf."""
