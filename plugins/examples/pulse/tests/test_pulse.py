"""Charts and rows of the same counts, and that no text was asked for."""

from datetime import timedelta
from typing import Any

CHAT = "@scontierrati"


def test_a_chart_for_people(terminal: Any) -> None:
    (chart,) = terminal(f"pulse {CHAT}").charts
    assert chart.form == "bars"
    assert [column.name for column in chart.columns] == ["when", "messages"]
    days = [(terminal.now - timedelta(days=ago)).date().isoformat() for ago in range(13, -1, -1)]
    assert [name for name, _ in chart.rows] == days


def test_rows_for_a_pipe(telegram: Any, terminal: Any) -> None:
    (chart,) = terminal(f"pulse {CHAT}").charts
    rows = terminal(f"pulse {CHAT} | head 99").rows
    assert tuple(rows) == chart.rows
    today = rows[-1][1]
    telegram.post("scontierrati", "ancora una")
    assert terminal(f"pulse {CHAT} | head 99").rows[-1][1] == today + 1


def test_the_same_messages_counted_otherwise(terminal: Any) -> None:
    sums = {
        by: sum(n for _, n in terminal(f"pulse {CHAT} --by {by} | head 99").rows) for by in ("day", "hour")
    }
    weekdays = terminal(f"pulse {CHAT} --by weekday | head 99").rows
    assert [name for name, _ in weekdays] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert sums["day"] == sums["hour"] == sum(n for _, n in weekdays) > 0


def test_a_week_in_shades(terminal: Any) -> None:
    (chart,) = terminal(f"pulse {CHAT} --by week").charts
    assert (chart.form, len(chart.rows), len(chart.columns)) == ("heat", 7, 25)
    rows = terminal(f"pulse {CHAT} --by week | head 999").rows
    assert [count for row in chart.rows for count in row[1:]] == [count for _, count in rows]
    assert rows[0][0] == "Mon 00h"


def test_it_reads_nothing(telegram: Any, terminal: Any) -> None:
    telegram.post("scontierrati", "segreto")
    terminal(f"pulse {CHAT}")
    assert telegram.calls("channels.ReadHistory") == 0
    assert telegram.calls("messages.GetHistory") > 0


def test_mistakes(terminal: Any) -> None:
    assert terminal(f"pulse {CHAT} --days 93").error == "usage"
    assert terminal(f"pulse {CHAT} --by month").error == "usage"
    assert terminal.complete(f"pulse {CHAT} --by ") == ["day", "weekday", "hour", "week"]


def test_it_can_be_stopped(telegram: Any, terminal: Any) -> None:
    telegram.delay("messages.GetHistory", 5)
    running = terminal.start(f"pulse {CHAT}")
    running.until(lambda: running.events)
    assert running.cancel().status == "cancelled"
