"""What the operator may see of a running app: logs and metrics, and nothing of what people write or are called."""
