"""Which device has which way to the Telegram session: so that ending the device takes it away."""

from __future__ import annotations

from quart_app.accounts.sign_in import IssuedToken, SignIn
from quart_app.accounts.user import User
from quart_app.telegram.vault import lookup
from quart_app.web.auth import find_sign_in
from quart_app.web.cookies import vault_secret
from quart_app.web.current import services


async def note_slot(who: SignIn, secret: bytes) -> None:
    """``who`` has just been given a way by its ``secret``, of which only the one-way name is kept."""
    await services().sign_ins.bind_slot(who, lookup(secret))


async def share_session(user: User, issued: IssuedToken) -> None:
    """A token made by the browser in which this user's Telegram session is open can open it as well."""
    asker = await find_sign_in()
    secret = vault_secret()
    if asker is None or asker.kind != "browser" or asker.user_id != user.id or secret is None:
        return
    if await services().telegram.share(user.id, secret, issued.vault_secret):
        made = await services().sign_ins.token(issued.text)
        if made is not None:
            await note_slot(made, issued.vault_secret)
