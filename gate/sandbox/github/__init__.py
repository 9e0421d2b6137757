"""What GitHub's REST and GraphQL interfaces have in common."""
