"""The HTML report, as a text and in a browser."""
