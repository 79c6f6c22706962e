"""What a line typed at a prompt needs, put together for one caller: for the socket and for the API alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from commands import Finished
from commands.context import Handover
from quart_app.accounts.sign_in import SignIn
from quart_app.locale.catalogues import Language
from quart_app.services import Services
from quart_app.telegram.caller import Caller as TelegramCaller
from quart_app.telegram.handed_out import HandedOutClient
from quart_app.telegram.state import SessionState
from quart_app.terminal.caller import Caller
from quart_app.terminal.dispatch import Dispatcher
from quart_app.terminal.pace import SteadyPace
from quart_app.terminal.presence import Presence


def admitted(services: Services, sign_in: SignIn) -> AbstractAsyncContextManager[Presence]:
    """From now on, whoever ends this sign-in ends what is opened for it."""
    still_open = services.sign_ins.still_open
    return services.open_sessions.admitted(sign_in.user_id, sign_in.digest, still_open)


@asynccontextmanager
async def opened_caller(
    services: Services, sign_in: SignIn, secret: bytes | None
) -> AsyncIterator[TelegramCaller]:
    """The caller's way to their Telegram; its keys are wiped at the end."""
    caller = await services.telegram.open(sign_in.user_id, secret)
    del secret, sign_in  # this frame lives as long as a socket
    try:
        with caller.present():
            yield caller
    finally:
        caller.close()


async def heed_scope(lines: Dispatcher, caller: TelegramCaller) -> SessionState:
    """How the session stands now; one that may only look has no commands that act."""
    state = await caller.state()
    lines.caller.view_only = state.scope == "view"
    return state


def dispatcher(services: Services, caller: TelegramCaller, spoken: Language) -> Dispatcher:
    def hand_over(plugin: str) -> Handover:
        services.audit.note("client_handed_over", caller.user_id, plugin=plugin)
        return Handover(caller.telegram.send, HandedOutClient)

    at_prompt = Caller(
        caller.telegram,
        SteadyPace(),
        services.plugins.words(spoken.tag, spoken.translations),
        locale=spoken.tag,
        advertising=caller.telegram,
        hand_over=hand_over,
    )

    def finished(run: Finished) -> None:
        services.metrics.command_finished(run.command, run.status, run.seconds)
        services.metrics.plugins_ran(run.plugin, run.status, run.seconds)
        services.plugins.finished(run)

    return Dispatcher(services.plugins.registry, at_prompt, finished)
