"""pulse: how lively a chat is, as a chart; as rows before a pipe. It learns when people wrote, never what."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta

from commands import (
    CHAT,
    COUNT,
    Capability,
    Chart,
    Column,
    Command,
    Context,
    Event,
    Given,
    Kind,
    Phrase,
    Progress,
    Register,
    Row,
    Rows,
    Source,
    UsageError,
    Word,
    argument,
    choice,
    hookimpl,
    option,
    say,
    say_n,
)

WHERE = argument(CHAT, "chat", say("which chat"))
DAYS = option(COUNT, "days", say("how many days back; 14 unless you say"), default=14)
BY = option(choice("day", "weekday", "hour", "week"), "by", say("what is counted together"), default="day")
MOST_DAYS = 92
COLUMNS = (
    Column("when", Kind.TEXT, title=say("When")),
    Column("messages", Kind.INTEGER, title=say("Messages")),
)
HOURS = tuple(f"{hour:02}h" for hour in range(24))
WEEKDAYS = (say("Mon"), say("Tue"), say("Wed"), say("Thu"), say("Fri"), say("Sat"), say("Sun"))


def slots(context: Context, by: str, days: int) -> list[str]:
    """Every name on the axis, so that a quiet day shows as one."""
    weekdays = [context.render(day) for day in WEEKDAYS]
    match by:
        case "week":
            return [f"{day} {hour}" for day in weekdays for hour in HOURS]
        case "weekday":
            return weekdays
        case "hour":
            return list(HOURS)
    return [(context.now - timedelta(days=ago)).date().isoformat() for ago in reversed(range(days))]


def slot(context: Context, by: str, written: datetime) -> str:
    """All in UTC, as everywhere in a command."""
    weekday, hour = context.render(WEEKDAYS[written.weekday()]), HOURS[written.hour]
    return {"week": f"{weekday} {hour}", "weekday": weekday, "hour": hour}.get(by, written.date().isoformat())


def drawing(context: Context, by: str, title: Phrase, rows: tuple[Row, ...]) -> Chart:
    """Bars; for a whole week shades, with the days down and the hours across."""
    if by != "week":
        return Chart("bars", title, COLUMNS, rows)
    hours = tuple(Column(f"h{hour}", Kind.INTEGER, hour) for hour in HOURS)
    counts = [row[1] for row in rows]
    width = len(HOURS)
    days = tuple(
        (context.render(day), *counts[at * width : (at + 1) * width]) for at, day in enumerate(WEEKDAYS)
    )
    return Chart("heat", title, (COLUMNS[0], *hours), days)


async def run(context: Context, given: Given) -> AsyncIterator[Event]:
    chat, by, days = given[WHERE], given[BY], given[DAYS]
    if days > MOST_DAYS:
        raise UsageError("bad_value", say("{n} days at most.", n=MOST_DAYS), at=given.at(DAYS))
    since = datetime.combine(context.now.date() - timedelta(days=days - 1), time(), UTC)
    counts, seen, cursor = Counter[str](), 0, None
    while True:
        page = await context.telegram.activity(chat, since=since, cursor=cursor)
        counts.update(slot(context, by, written) for written in page.items)
        seen, cursor = seen + len(page.items), page.cursor
        if cursor is None:
            break
        yield Progress(seen, text=say("messages counted"))
    rows = tuple((name, counts[name]) for name in slots(context, by, days))
    if context.page_size is None:  # a pipe follows: it reads rows
        yield Rows(rows)
    else:
        messages = say_n("{n} message", "{n} messages", seen)
        title = say("{chat}: {messages} in {days} days", chat=chat.title, messages=messages, days=days)
        yield drawing(context, by, title, rows)


@hookimpl
def register_commands(register: Register) -> None:
    register(
        Command(
            trigger=Word("pulse"),
            summary=say("Draw how lively a chat is."),
            does=Source(run=run, columns=COLUMNS),
            arguments=(WHERE, DAYS, BY),
            capabilities=frozenset({Capability.ACTIVITY_READ}),
            examples=("pulse @durov", "pulse @durov --days 28 --by week", "pulse @durov | sort -messages"),
            timeout=timedelta(minutes=2),
        )
    )
