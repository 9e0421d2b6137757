"""The operations API of Jira Service Management."""
