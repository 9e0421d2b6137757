"""incident.io's REST interface."""
