"""Pull evidence from wherever it is kept."""
