"""The policy as values: the guide, section by section. The parser is in `gate.policy`."""
