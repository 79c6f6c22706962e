"""The real Dockerfile, Compose files and nginx configuration, in a real engine (make test-containers)."""
