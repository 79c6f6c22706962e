"""What administrators see and do: counts, accounts and workers; never a chat, a message or a whole phone number."""
