"""GitLab's REST interface, version 4, from the same worlds."""
