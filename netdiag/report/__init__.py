"""The report room: writes a `Report` and turns it into text.

From the findings of the diagnosis room (`build`) come plain values (`model`, `finding`), and from
those, in `formats`, the text that a person or a program reads. Nothing is computed in a format.
"""
