"""Everything that speaks to Telegram: the vault, the lease, the pool of live clients, login, gate and gateway.

No other package of the app imports Telethon, and nothing that leaves here is a Telethon object.
"""
