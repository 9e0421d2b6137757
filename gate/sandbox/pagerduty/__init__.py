"""PagerDuty's REST interface."""
