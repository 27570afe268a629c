"""Fuzzing: hostile bytes for every part that reads what others wrote.

``python -m tests.fuzz [TARGET...] --seconds N`` runs targets under coverage feedback (atheris, the
extra ``fuzz``), each in a process of its own, and says how many inputs were tried. What is found
lands in ``.fuzz/found``, made as small as it goes; it becomes a file in ``regressions/TARGET/``,
which the normal tests replay without atheris.
"""
