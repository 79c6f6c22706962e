"""Polls in a message: inputMediaPoll, messages.sendVote, getPollResults and getPollVotes; and how one is closed."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.api.messages_dialogs import unix
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.message import Message
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer
from quart_app.demo.poll import Poll
from quart_app.demo.sending import entities_from

_FEWEST, _MOST = 2, 12
_LONGEST_QUESTION, _LONGEST_ANSWER, _LONGEST_OPTION = 255, 100, 100
_SHORTEST_PERIOD, _LONGEST_PERIOD = 5, 600
_PAGE = 50


def poll_from(caller: Caller, given: Any) -> Poll:
    """The poll that an inputMediaPoll asks for."""
    asked = given.poll
    if not 0 < len(asked.question.text.strip()) <= _LONGEST_QUESTION:
        raise RpcError(400, "POLL_QUESTION_INVALID")
    entities_from(caller, asked.question.text, asked.question.entities)
    options = _options(asked.answers)
    correct = _correct(given, list(options)) if asked.quiz else frozenset()
    if asked.quiz and asked.multiple_choice:
        raise RpcError(400, "QUIZ_MULTIPLE_INVALID")
    return Poll(
        id=caller.world.media.next_id(),
        creator=caller.account.id,
        question=asked.question,
        answers=options,
        correct=correct,
        public=bool(asked.public_voters),
        multiple=bool(asked.multiple_choice),
        quiz=bool(asked.quiz),
        fixed=bool(asked.revoting_disabled),
        solution=given.solution,
        close_date=_end(caller, asked),
    )


def _options(given: list[Any]) -> dict[bytes, Any]:
    """Answers by their option; where a client names none, the place in the list is one."""
    if not _FEWEST <= len(given) <= _MOST:
        raise RpcError(400, "POLL_ANSWERS_INVALID")
    found: dict[bytes, Any] = {}
    for place, answer in enumerate(given):
        option = getattr(answer, "option", None)
        option = str(place).encode() if option is None else option
        if not 0 < len(answer.text.text.strip()) <= _LONGEST_ANSWER:
            raise RpcError(400, "POLL_ANSWER_INVALID")
        if not 0 < len(option) <= _LONGEST_OPTION:
            raise RpcError(400, "POLL_OPTION_INVALID")
        if option in found:
            raise RpcError(400, "POLL_OPTION_DUPLICATE")
        found[option] = answer
    return found


def _correct(given: Any, options: list[bytes]) -> frozenset[bytes]:
    right = given.correct_answers or []
    if not right:
        raise RpcError(400, "QUIZ_CORRECT_ANSWERS_EMPTY")
    if len(right) > 1:
        raise RpcError(400, "QUIZ_CORRECT_ANSWERS_TOO_MUCH")
    if not 0 <= right[0] < len(options):
        raise RpcError(400, "QUIZ_CORRECT_ANSWER_INVALID")
    return frozenset([options[right[0]]])


def _end(caller: Caller, asked: Any) -> int:
    now = int(caller.world.clock())
    if asked.close_period and _SHORTEST_PERIOD <= asked.close_period <= _LONGEST_PERIOD:
        return now + int(asked.close_period)
    return unix(asked.close_date)


@answers(fn.messages.SendVoteRequest)
def send_vote(caller: Caller, request: Any) -> Any:
    peer, message, poll = _find(caller, request.peer, request.msg_id)
    world, account, now = caller.world, caller.account, int(caller.world.clock())
    if peer.kind == "channel" and peer not in account.dialogs and not poll.public:
        channel = world.population.channels[peer.id]
        if not channel.broadcast:
            raise RpcError(406, "CHANNEL_PRIVATE")
    poll.vote(account.id, list(request.options), now)
    return world.polls.changed(account, peer, message, skip=caller.key)


@answers(fn.messages.GetPollResultsRequest)
def get_poll_results(caller: Caller, request: Any) -> Any:
    peer, message, poll = _find(caller, request.peer, request.msg_id)
    now = int(caller.world.clock())
    own = caller.account.id
    update = t.UpdateMessagePoll(
        poll.id, poll.results(own, now), peer=peer.to_tl(), msg_id=message.id, poll=poll.to_tl(own, now)
    )
    people = [Peer("user", person) for person in poll.voters(None)[:3]] if poll.public else []
    return t.Updates([update], date=now, seq=0, **caller.view.entities([peer, *people], [message]))


@answers(fn.messages.GetPollVotesRequest)
def get_poll_votes(caller: Caller, request: Any) -> Any:
    """Of public polls, to those who have voted themselves."""
    _, _, poll = _find(caller, request.peer, request.id, "MSG_ID_INVALID")
    if not poll.public:
        raise RpcError(403, "BROADCAST_FORBIDDEN")
    if caller.account.id not in poll.votes:
        raise RpcError(403, "POLL_VOTE_REQUIRED")
    people = poll.voters(request.option)
    start = int(request.offset) if request.offset and request.offset.isdigit() else 0
    end = start + min(max(request.limit, 1), _PAGE)
    return t.messages.VotesList(
        count=len(people),
        votes=[_vote(poll, person, request.option) for person in people[start:end]],
        next_offset=str(end) if end < len(people) else None,
        **caller.view.entities([Peer("user", person) for person in people[start:end]]),
    )


def _vote(poll: Poll, person: int, option: bytes | None) -> Any:
    chosen, date = poll.votes[person]
    if option is not None:
        return t.MessagePeerVoteInputOption(t.PeerUser(person), date)
    if len(chosen) > 1:
        return t.MessagePeerVoteMultiple(t.PeerUser(person), list(chosen), date)
    return t.MessagePeerVote(t.PeerUser(person), chosen[0], date)


def _find(
    caller: Caller, given: Any, number: int, missing: str = "MESSAGE_ID_INVALID"
) -> tuple[Peer, Message, Poll]:
    peer = caller.readable(given)
    message = caller.world.history(caller.account, peer).find(number)
    if message is None or message.poll is None:
        raise RpcError(400, missing)
    return peer, message, message.poll
