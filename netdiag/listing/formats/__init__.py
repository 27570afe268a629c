"""The shelf of formats of a list of connections: each makes its text part by part."""
