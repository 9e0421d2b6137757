"""Places that hold the code, its reviews, its checks and its deployments."""
