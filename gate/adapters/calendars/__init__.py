"""Calendars whose events are freezes."""
