"""Where the gate runs: the context of a pipeline job, and its output channels."""
