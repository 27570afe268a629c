"""Reports: every field by its policy; a new field needs one in `policy`."""
