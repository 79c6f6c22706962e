"""Where things are kept: PostgreSQL for accounts, Redis for whatever expires."""
