"""Compares two examinations: whether a cure worked, as far as the amounts allow to say."""
