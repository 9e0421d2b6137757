"""The policy file: bytes to typed values, every problem with its line, schema, reference, prose."""
