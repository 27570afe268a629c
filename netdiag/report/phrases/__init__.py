"""What every report for a person says, in the language of the context, and how it puts numbers.

From the plain values of a `Report`, as strings without any mark-up: how they stand on a page, and
what has to be escaped there, is left to the formats.
"""
