"""Who may do what in Redis: the app what it needs, its operator what shows no data, a health check a PING.

All keys are the app's: this Redis is for it alone.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from quart_app.storage import keys

CHANNELS: Final = (f"{keys.USER_EVENTS}*",)
_APP: Final = (
    "-@all +@read +@write +@transaction +@pubsub +@connection +time +eval +evalsha +script|load +script|exists "
    # What lists or copies what others have, or changes the server.
    "-@dangerous -@admin -@blocking -randomkey -pubsub -move -copy -rename -renamenx"
)
_OPERATOR: Final = (
    "-@all +ping +info +dbsize +client|list +acl|log +acl|load +acl|whoami +memory|stats +slowlog|get"
)


def access_control_list(app_password: str, operator_password: str) -> str:
    """The file that Redis reads as ``aclfile``; it holds hashes of the passwords only."""
    app_channels = " ".join(f"&{pattern}" for pattern in CHANNELS)
    return "\n".join(
        (
            "user default off nopass resetkeys resetchannels -@all",
            "user health on nopass resetkeys resetchannels -@all +ping",
            f"user backend on #{_digest(app_password)} resetkeys ~* resetchannels {app_channels} {_APP}",
            f"user operator on #{_digest(operator_password)} resetkeys resetchannels {_OPERATOR}",
            "",
        )
    )


def _digest(password: str) -> str:
    return sha256(password.encode()).hexdigest()
