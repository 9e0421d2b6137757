"""Jira Cloud's REST interface, version 3, with the traps that the real one sets."""
