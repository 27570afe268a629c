"""Times netdiag beside its peers, pair by pair in turn, and shows what each needed.

Nothing here imports numpy: Linux counts a process's peak of memory from before its program was
loaded, so that what is started here never seems smaller than what started it.
"""
