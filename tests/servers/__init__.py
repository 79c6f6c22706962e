"""Real PostgreSQL and Redis servers for the tests: given by environment, found on the machine, or from wheels."""
