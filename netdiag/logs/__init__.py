"""The logs of an incident, and which of their lines tells of which occurrence in the capture.

From the logs that were named and the `Event`s of the capture (failures that somebody may have
logged); `correlate` reads the one and lays it over the other. How any of it is said is left to
`netdiag.report.build`.
"""
