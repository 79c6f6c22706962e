"""Polls: what is asked, who has answered what, and what somebody may see of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from telethon.tl import types as t

from quart_app.demo.errors import RpcError


@dataclass(slots=True, eq=False)
class Poll:
    """``answers`` are TL objects by their option (bytes); ``votes`` by person, with when they were cast."""

    id: int
    creator: int
    question: Any
    answers: dict[bytes, Any]
    correct: frozenset[bytes] = frozenset()
    public: bool = False
    multiple: bool = False
    quiz: bool = False
    fixed: bool = False
    """A vote can't be taken back."""
    solution: str | None = None
    close_date: int = 0
    """Unix seconds; 0 for never."""
    closed_by_hand: bool = False
    votes: dict[int, tuple[tuple[bytes, ...], int]] = field(default_factory=dict)

    def closed(self, now: float) -> bool:
        return self.closed_by_hand or bool(self.close_date and self.close_date <= now)

    def vote(self, person: int, options: list[bytes], now: int) -> None:
        """None takes the vote back. RpcError as messages.sendVote."""
        if self.closed(now):
            raise RpcError(400, "MESSAGE_POLL_CLOSED")
        if person in self.votes and (self.quiz or self.fixed):
            raise RpcError(400, "REVOTE_NOT_ALLOWED")
        if any(option not in self.answers for option in options):
            raise RpcError(400, "OPTION_INVALID")
        chosen = tuple(dict.fromkeys(options))
        if len(chosen) > 1 and not self.multiple:
            raise RpcError(400, "OPTIONS_TOO_MUCH")
        if chosen:
            self.votes[person] = (chosen, now)
        else:
            self.votes.pop(person, None)

    def voters(self, option: bytes | None) -> list[int]:
        """Those of an option, or of any; the last one first."""
        rows = [person for person, (chosen, _) in self.votes.items() if option is None or option in chosen]
        return sorted(rows, key=lambda person: self.votes[person][1], reverse=True)

    def results(self, viewer: int, now: int) -> Any:
        """Numbers only for those who have voted, and for all once it is closed."""
        own = self.votes.get(viewer, ((), 0))[0]
        if not own and not self.closed(now):
            return t.PollResults(total_voters=len(self.votes))
        told = self.quiz and bool(own or self.closed(now))
        return t.PollResults(
            results=[
                t.PollAnswerVoters(
                    option,
                    chosen=option in own or None,
                    correct=(told and option in self.correct) or None,
                    voters=len(self.voters(option)),
                    recent_voters=self._latest(option),
                )
                for option in self.answers
            ],
            total_voters=len(self.votes),
            recent_voters=self._latest(None) if self.public else None,
            solution=self.solution if told else None,
            solution_entities=[] if told and self.solution else None,
        )

    def _latest(self, option: bytes | None) -> list[Any]:
        """Nobody, unless the poll is public."""
        return [t.PeerUser(person) for person in self.voters(option)[:3]] if self.public else []

    def to_tl(self, viewer: int, now: int) -> Any:
        return t.Poll(
            id=self.id,
            question=self.question,
            answers=[t.PollAnswer(answer.text, option) for option, answer in self.answers.items()],
            hash=len(self.votes) << 1 | self.closed(now),
            closed=self.closed(now),
            public_voters=self.public,
            multiple_choice=self.multiple,
            quiz=self.quiz,
            revoting_disabled=self.fixed,
            creator=viewer == self.creator or None,
            close_date=self.close_date or None,
        )

    def media(self, viewer: int, now: int) -> Any:
        return t.MessageMediaPoll(self.to_tl(viewer, now), self.results(viewer, now))
