"""Lets `python -m gate` do what the `gate` command does."""

from gate.cli.main import main

main()
