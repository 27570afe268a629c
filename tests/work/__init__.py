"""Budgets of work: what an examination may cost, counted so that a busy machine changes nothing."""
