"""Reports: what reads across entries. One `Filter`, and one definition of what counts, when, and what it is worth."""
