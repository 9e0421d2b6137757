"""PagerDuty, incident.io and JSM Operations: where incidents are, and who is on call (docs/pagers.md)."""
