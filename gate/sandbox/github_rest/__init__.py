"""GitHub's REST interface, in the shapes of its published OpenAPI description."""
