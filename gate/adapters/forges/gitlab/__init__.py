"""GitLab.com and GitLab Self-Managed as the forge, on every tier; docs/gitlab.md says what each token can see."""
