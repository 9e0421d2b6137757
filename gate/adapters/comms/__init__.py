"""Tells people elsewhere; nothing that comes from there is evidence."""
