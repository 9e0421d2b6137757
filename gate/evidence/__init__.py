"""Decision to bytes and back: canonical JSON, stored facts, the bundle."""
