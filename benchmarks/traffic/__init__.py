"""Packets as columns, and the files that are made of them; what they say is up to the shapes."""
