"""The documentation: pages in Markdown, pages made from the code, and how they are built.

`python -m docs` builds it (`docs.__main__`); `docs.generate` makes the pages from the code.
"""
