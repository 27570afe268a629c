"""Captures in real stores: their own libraries, and emulators of the services on loopback."""
