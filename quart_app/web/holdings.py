"""What this server holds about somebody: all of it, by category, for nobody but themselves."""

from __future__ import annotations

from typing import Any, Final

from commands import say
from quart_app.accounts.user import User
from quart_app.storage.audit import Entry
from quart_app.terminal.frames import describe_session
from quart_app.web.cookies import vault_secret
from quart_app.web.current import services
from quart_app.web.json_answers import iso_time
from quart_app.web.languages import worded

MOST_AUDIT_ROWS: Final = 10_000
_HASHED: Final = say(
    "Your password and your recovery codes are kept as hashes, the secret of your authenticator app encrypted: "
    "they can be checked, and are not shown."
)
_SESSION: Final = say(
    "Your Telegram session is encrypted for your own devices; the server can open it only while you use it. "
    "No message and no chat is stored."
)
_COUNTERS: Final = say(
    "How often you did something in the last minutes or, for codes, the last day is counted under keys that do not "
    "name you, and forgotten by itself."
)


async def holdings(user: User) -> dict[str, Any]:
    """For a JSON document; times in ISO 8601, UTC."""
    accounts, telegram = services().accounts, services().telegram
    factor = await accounts.second_factors.of(user.id)
    entries = await services().audit.entries(user.id, most=MOST_AUDIT_ROWS)
    await services().audit.record("data_shown", user.id)
    return {
        "account": {
            "id": str(user.id),
            "phone": (await accounts.phone_of(user.id)).e164,
            "created_at": iso_time(user.created_at.timestamp()),
            "last_seen_at": None if user.last_seen_at is None else iso_time(user.last_seen_at.timestamp()),
            "proven": user.proven,
            "admin": user.admin,
            "disabled": user.disabled,
        },
        "second_factor": {"on": factor.on, "recovery_codes_left": factor.codes_left},
        "devices": [
            {
                "kind": device.kind,
                "name": device.name,
                "made_at": iso_time(device.made_at),
                "used_at": iso_time(device.used_at),
                "expires_at": iso_time(device.expires_at),
            }
            for device in await services().sign_ins.devices(user.id)
        ],
        "telegram_session": describe_session(await telegram.state(user.id, vault_secret())),
        "audit": [_row(entry) for entry in entries],
        "not_shown": [worded(_HASHED), worded(_SESSION), worded(_COUNTERS)],
    }


def _row(entry: Entry) -> dict[str, Any]:
    return {"at": iso_time(entry.at.timestamp()), "act": entry.act, **entry.detail}
