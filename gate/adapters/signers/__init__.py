"""Who signs evidence, and how the signatures of others are checked."""
