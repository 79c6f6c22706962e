"""An e-mail address for login codes: Telegram asks for one of whoever logs in often."""

from __future__ import annotations

from typing import Any

from telethon import functions, types

from quart_app.telegram.login_state import Login
from quart_app.telegram.login_words import sent_code
from quart_app.telegram.logins_under_way import LoginsUnderWay
from quart_app.telegram.state import SentEmail, SessionPhase


async def send_email_code(logins: LoginsUnderWay, login: Login, phone: str, address: str) -> None:
    """Have Telegram send a code there, which is to prove the address. It is kept nowhere here."""
    request = functions.account.SendVerifyEmailCodeRequest(_purpose(login, phone), address)
    sent = await logins.ask(login, request)
    login.move(email=SentEmail(sent.email_pattern, sent.length))
    await logins.keep(login)


async def verify_email(logins: LoginsUnderWay, login: Login, phone: str, code: str) -> None:
    """From here on the login code comes by e-mail. CodeInvalidError for a wrong one."""
    proof = types.EmailVerificationCode(code)
    answer = await logins.ask(login, functions.account.VerifyEmailRequest(_purpose(login, phone), proof))
    note_sent_code(login, answer.sent_code)
    await logins.keep(login)


def note_sent_code(login: Login, answer: Any) -> None:
    """An auth.sentCode: a code is on its way, or an address for it has to be given first."""
    kind = types.auth.SentCodeTypeSetUpEmailRequired
    if isinstance(getattr(answer, "type", None), kind):
        login.move(phase=SessionPhase.EMAIL_NEEDED, code_hash=answer.phone_code_hash, email=None)
        return
    login.move(
        phase=SessionPhase.CODE_SENT,
        code=sent_code(answer),
        code_hash=answer.phone_code_hash,
        email=None,
    )


def _purpose(login: Login, phone: str) -> Any:
    return types.EmailVerifyPurposeLoginSetup(phone, login.step.code_hash)
