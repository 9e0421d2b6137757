"""GitHub's GraphQL interface: executes the documents that clients really send."""
