"""Captures and logs that are an attack in every field, and what becomes of it in every output."""
