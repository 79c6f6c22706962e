"""Polls: asked, answered, seen by whom, closed; and each refusal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from telethon import errors, events
from telethon import functions as fn
from telethon import types as t


def poll(*answers: str, question: str = "Mare o montagna?", **flags: Any) -> Any:
    rows = [
        t.PollAnswer(t.TextWithEntities(text, []), bytes([place + 1])) for place, text in enumerate(answers)
    ]
    return t.Poll(id=0, question=t.TextWithEntities(question, []), answers=rows, hash=0, **flags)


async def ask(client: Any, to: Any, asked: Any, **media: Any) -> Any:
    told = await client(fn.messages.SendMediaRequest(to, t.InputMediaPoll(asked, **media), ""))
    return next(update.message for update in told.updates if hasattr(update, "message"))


async def two(log_in: Any) -> tuple[Any, Any, Any, Any]:
    """Two clients, and how each of them names the other."""
    ada, bob = await log_in("10001"), await log_in("10002")
    to_bob = await ada.get_input_entity((await bob.get_me()).username)
    to_ada = await bob.get_input_entity((await ada.get_me()).username)
    return ada, bob, to_bob, to_ada


async def test_votes_are_counted_for_both(log_in: Any) -> None:
    ada, bob, to_bob, to_ada = await two(log_in)
    mine = await ask(ada, to_bob, poll("mare", "montagna", public_voters=True))
    assert mine.media.results.results is None, "who has not voted sees no numbers"
    theirs = (await bob.get_messages(to_ada, limit=1))[0]
    heard: list[Any] = []
    ada.add_event_handler(heard.append, events.Raw(t.UpdateMessagePoll))
    told = await bob(fn.messages.SendVoteRequest(to_ada, theirs.id, [b"\x02"]))
    [row] = [row for row in told.updates[0].results.results if row.chosen]
    assert (row.option, row.voters, told.updates[0].results.total_voters) == (b"\x02", 1, 1)
    await ada(fn.messages.SendVoteRequest(to_bob, mine.id, [b"\x01"]))
    assert heard[0].results.total_voters == 1
    results = (await ada(fn.messages.GetPollResultsRequest(to_bob, mine.id, 0))).updates[0].results
    assert [row.voters for row in results.results] == [1, 1]
    votes = await ada(fn.messages.GetPollVotesRequest(to_bob, mine.id, 10))
    assert votes.count == 2
    await ada(fn.messages.SendVoteRequest(to_bob, mine.id, []))
    with pytest.raises(errors.PollVoteRequiredError):
        await ada(fn.messages.GetPollVotesRequest(to_bob, mine.id, 10))


async def test_a_quiz_is_answered_once(log_in: Any) -> None:
    client = await log_in()
    asked = await ask(client, "me", poll("si", "no", quiz=True), correct_answers=[1])
    told = await client(fn.messages.SendVoteRequest("me", asked.id, [b"\x01"]))
    right = [row.option for row in told.updates[0].results.results if row.correct]
    assert right == [b"\x02"]
    with pytest.raises(errors.RevoteNotAllowedError):
        await client(fn.messages.SendVoteRequest("me", asked.id, [b"\x02"]))


async def test_closed_by_its_author_or_by_time(log_in: Any, clock: Any) -> None:
    client = await log_in()
    asked = await ask(client, "me", poll("si", "no"))
    closed = poll("si", "no", closed=True)
    await client(fn.messages.EditMessageRequest("me", asked.id, media=t.InputMediaPoll(closed)))
    with pytest.raises(errors.MessagePollClosedError):
        await client(fn.messages.SendVoteRequest("me", asked.id, [b"\x01"]))
    with pytest.raises(errors.MessageNotModifiedError):
        await client(fn.messages.EditMessageRequest("me", asked.id, media=t.InputMediaPoll(closed)))
    end = datetime.fromtimestamp(clock() + 60, UTC)
    timed = await ask(client, "me", poll("si", "no", close_date=end))
    clock.ahead += 61
    with pytest.raises(errors.MessagePollClosedError):
        await client(fn.messages.SendVoteRequest("me", timed.id, [b"\x01"]))


async def test_what_is_no_vote(log_in: Any) -> None:
    client = await log_in()
    asked = await ask(client, "me", poll("si", "no"))
    for options, error in (
        ([b"\x09"], errors.OptionInvalidError),
        ([b"\x01", b"\x02"], errors.OptionsTooMuchError),
    ):
        with pytest.raises(error):
            await client(fn.messages.SendVoteRequest("me", asked.id, options))
    said = await client.send_message("me", "no poll")
    with pytest.raises(errors.MessageIdInvalidError):
        await client(fn.messages.SendVoteRequest("me", said.id, [b"\x01"]))
    with pytest.raises(errors.BroadcastForbiddenError):
        await client(fn.messages.GetPollVotesRequest("me", asked.id, 10))


@pytest.mark.parametrize(
    ("asked", "media", "error"),
    [
        (poll("si"), {}, errors.PollAnswersInvalidError),
        (poll("si", ""), {}, errors.PollAnswerInvalidError),
        (poll("si", "no", question=""), {}, errors.PollQuestionInvalidError),
        (poll("si", "no", quiz=True), {}, errors.QuizCorrectAnswersEmptyError),
        (poll("si", "no", quiz=True), {"correct_answers": [0, 1]}, errors.QuizCorrectAnswersTooMuchError),
        (poll("si", "no", quiz=True), {"correct_answers": [2]}, errors.QuizCorrectAnswerInvalidError),
        (
            poll("si", "no", quiz=True, multiple_choice=True),
            {"correct_answers": [0]},
            errors.QuizMultipleInvalidError,
        ),
    ],
    ids=["one answer", "empty answer", "no question", "no right one", "two right", "unknown", "multiple"],
)
async def test_what_is_no_poll(log_in: Any, asked: Any, media: Any, error: Any) -> None:
    client = await log_in()
    with pytest.raises(error):
        await ask(client, "me", asked, **media)
