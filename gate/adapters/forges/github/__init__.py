"""GitHub and GitHub Enterprise Server, over REST and GraphQL with PyGithub."""
