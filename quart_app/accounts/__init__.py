"""People who log in here: phones, passwords, accounts, and sign-ins kept in Redis. No HTTP, no Telegram."""
