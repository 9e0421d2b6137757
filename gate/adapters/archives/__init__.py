"""Places that keep evidence."""
