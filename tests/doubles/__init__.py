"""Stand-ins for tests of lines; whatever speaks to Telegram is tested against the demo data centre instead."""
