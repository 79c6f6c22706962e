"""The web application: people, their Telegram sessions, and the terminal they type into."""
