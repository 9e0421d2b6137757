"""The command line: click and nothing else. One file for each command."""
