"""A loopback GitHub and Jira that speak from a world file, for the demo, the tests and the benchmarks."""
