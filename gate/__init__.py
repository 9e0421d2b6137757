"""Change Gate verifies a change right before a production deploy, and leaves evidence."""

__version__ = "0.1.0"
