"""How to take a capture."""
