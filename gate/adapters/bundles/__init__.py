"""Bundles where people have them: folders and zips, thousands of them, and none of them to be trusted."""
