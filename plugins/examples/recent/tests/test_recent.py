"""Messages as people ask for them, over a demo Telegram that says what it was asked."""

from typing import Any

CHAT = "@scontierrati"


def test_the_newest_first(telegram: Any, terminal: Any) -> None:
    for number in range(3):
        telegram.post("scontierrati", f"offerta {number}")
    shown = terminal(f"recent {CHAT} 2")
    assert shown.columns == ["time", "from", "text", "link"]
    assert [row[2] for row in shown.rows] == ["offerta 2", "offerta 1"]
    assert shown.rows[0][3].url.startswith("https://t.me/scontierrati/")


def test_reading_counts_as_reading(telegram: Any, terminal: Any) -> None:
    def unread() -> int:
        return next(state.unread for state in telegram.chats() if state.chat.username == "scontierrati")

    telegram.post("scontierrati", "nuova")
    telegram.until(unread)
    terminal(f"recent {CHAT} --find nuova")
    assert unread()
    terminal(f"recent {CHAT}")
    assert unread() == 0


def test_words(telegram: Any, terminal: Any) -> None:
    telegram.post("scontierrati", "una parola rarissima")
    assert [row[2] for row in terminal(f"recent {CHAT} --find rarissima").rows] == ["una parola rarissima"]
    nothing = terminal(f"recent {CHAT} --find inesistente12")
    assert [notice.code for notice in nothing.notices] == ["nothing_found"]


def test_more_than_a_page(terminal: Any) -> None:
    shown = terminal(f"recent {CHAT} 150")
    assert len(shown.rows) == 150
    assert len({row[3] for row in shown.rows}) == 150
    assert terminal(f"recent {CHAT} 1001").error == "usage"


def test_what_goes_wrong_is_said(telegram: Any, terminal: Any) -> None:
    assert terminal("recent @nobody_here").error == "chat_not_found"
    telegram.flood("messages.GetHistory", 30)
    assert terminal(f"recent {CHAT}").error == "flood_wait"
    assert "@scontierrati" in terminal.complete("recent @scont")
