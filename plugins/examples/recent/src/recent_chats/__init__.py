"""recent: the newest messages of a chat, or those that have some words."""

from collections.abc import AsyncIterator

from commands import (
    CHAT,
    COUNT,
    TEXT,
    Capability,
    Column,
    Command,
    Context,
    Event,
    Given,
    Kind,
    Link,
    Message,
    Notice,
    Register,
    Row,
    Rows,
    Source,
    UsageError,
    Word,
    argument,
    hookimpl,
    option,
    say,
)

WHERE = argument(CHAT, "chat", say("which chat"))
N = argument(COUNT, "n", say("how many; a page unless you say"), default=None)
FIND = option(TEXT, "find", say("only messages that have these words"))
MOST = 1000
COLUMNS = (
    Column("time", Kind.TIME, title=say("Time")),
    Column("from", Kind.USER, title=say("From")),
    Column("text", Kind.TEXT, title=say("Text")),
    Column("link", Kind.LINK, title=say("Link")),
)


def cells(context: Context, message: Message) -> Row:
    link = Link(message.link, context.render(say("open"))) if message.link else None
    return message.time, message.sender, message.text, link


async def run(context: Context, given: Given) -> AsyncIterator[Event]:
    left = given[N] or context.page_size or 100
    if left > MOST:
        raise UsageError("bad_value", say("{n} messages at most.", n=MOST), at=given.at(N))
    nothing, cursor = True, None
    while left > 0:
        page = await context.telegram.messages(
            given[WHERE], search=given[FIND] or "", limit=min(left, 100), cursor=cursor
        )
        if page.items:
            nothing = False
            yield Rows(tuple(cells(context, message) for message in page.items))
        left, cursor = left - len(page.items), page.cursor
        if cursor is None:
            break
    if nothing:
        yield Notice("info", "nothing_found", say("There is no such message."))


@hookimpl
def register_commands(register: Register) -> None:
    register(
        Command(
            trigger=Word("recent"),
            summary=say("Show the newest messages of a chat, which reads it."),
            does=Source(run=run, columns=COLUMNS),
            arguments=(WHERE, N, FIND),
            capabilities=frozenset({Capability.MESSAGES_READ}),
            examples=("recent @durov 5", 'recent @durov --find "good morning" | count'),
        )
    )
