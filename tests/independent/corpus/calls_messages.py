"""Calls about messages: sent, altered, read, found."""

from __future__ import annotations

from typing import Any

from tests.independent.corpus.scene import Case, fn, number, soon, t

m = fn.messages


def send(peer: Any, text: str = "x", **more: Any) -> Any:
    return m.SendMessageRequest(peer, text, random_id=more.pop("random_id", None) or number(), **more)


def bold(offset: int, length: int) -> Any:
    return t.MessageEntityBold(offset, length)


def poll(*answers: str, question: str = "?", **flags: Any) -> Any:
    rows = [t.PollAnswer(t.TextWithEntities(text, []), text.encode() or b"0") for text in answers]
    return t.Poll(0, t.TextWithEntities(question, []), rows, 0, **flags)


def ask(asked: Any, **more: Any) -> Any:
    return m.SendMediaRequest(t.InputPeerSelf(), t.InputMediaPoll(asked, **more), "", random_id=number())


def history(peer: Any) -> Any:
    return m.GetHistoryRequest(peer, 0, None, 0, 5, 0, 0, 0)


def find(peer: Any, kind: Any = None) -> Any:
    kind = kind or t.InputMessagesFilterEmpty()
    return m.SearchRequest(peer, "a", kind, None, None, 0, 0, 5, 0, 0, 0)


def globally(words: str) -> Any:
    return m.SearchGlobalRequest(words, t.InputMessagesFilterEmpty(), None, None, 0, t.InputPeerEmpty(), 0, 5)


def edit(peer: Any, number_: int, **more: Any) -> Any:
    return m.EditMessageRequest(peer, number_, **more)


def forward(source: Any, numbers: list[int], target: Any, count: int | None = None) -> Any:
    ids = [number() for _ in range(len(numbers) if count is None else count)]
    return m.ForwardMessagesRequest(source, numbers, target, random_id=ids)


def react(peer: Any, number_: int, *emoji: str) -> Any:
    return m.SendReactionRequest(peer, number_, reaction=[t.ReactionEmoji(each) for each in emoji])


SENDING = (
    Case("to oneself", lambda s: send(s.self), "Updates"),
    Case("nothing", lambda s: send(s.self, " "), "400 MESSAGE_EMPTY"),
    Case("4,096 characters", lambda s: send(s.self, "x" * 4096), "Updates"),
    Case("4,097 characters", lambda s: send(s.self, "x" * 4097), "400 MESSAGE_TOO_LONG"),
    Case("to nobody", lambda s: send(s.stranger), "400 PEER_ID_INVALID"),
    Case("to an empty peer", lambda s: send(t.InputPeerEmpty()), "400 PEER_ID_INVALID"),
    Case("to a channel by a wrong hash", lambda s: send(s.wrong_peer), "400 CHANNEL_INVALID"),
    Case("to a group that is none", lambda s: send(t.InputPeerChat(5)), "400 CHAT_ID_INVALID"),
    Case("to a channel of others", lambda s: send(s.news), "403 CHAT_WRITE_FORBIDDEN"),
    Case("to a supergroup one is not in", lambda s: send(s.forum), "403 CHAT_WRITE_FORBIDDEN"),
    Case("to somebody deleted", lambda s: send(s.deleted_peer), "400 INPUT_USER_DEACTIVATED"),
    Case(
        "formatting beyond the text",
        lambda s: send(s.self, "abc", entities=[bold(1, 9)]),
        "400 ENTITY_BOUNDS_INVALID",
    ),
    Case(
        "101 entities",
        lambda s: send(s.self, "x" * 200, entities=[bold(n, 1) for n in range(101)]),
        "400 ENTITIES_TOO_LONG",
    ),
    Case(
        "an answer to nothing",
        lambda s: send(s.self, reply_to=t.InputReplyToMessage(999_999_999)),
        "400 REPLY_MESSAGE_ID_INVALID",
    ),
    Case(
        "in a year and a day",
        lambda s: send(s.self, schedule_date=soon(days=366)),
        "400 SCHEDULE_DATE_TOO_LATE",
    ),
    Case("tomorrow", lambda s: send(s.self, schedule_date=soon(days=1)), "Updates"),
    Case("what is scheduled", lambda s: m.GetScheduledHistoryRequest(s.self, 0), "Messages"),
    Case(
        "what is scheduled for nobody",
        lambda s: m.GetScheduledHistoryRequest(s.stranger, 0),
        "400 PEER_ID_INVALID",
    ),
    Case(
        "sending what is not scheduled",
        lambda s: m.SendScheduledMessagesRequest(s.self, [999]),
        "400 MESSAGE_ID_INVALID",
    ),
    Case(
        "media that are none",
        lambda s: m.SendMediaRequest(s.self, t.InputMediaEmpty(), "", random_id=number()),
        "400 MEDIA_EMPTY",
    ),
    Case(
        "a photo by a wrong hash",
        lambda s: m.SendMediaRequest(
            s.self, t.InputMediaPhoto(t.InputPhoto(1, 2, b"x")), "", random_id=number()
        ),
        "400 MEDIA_EMPTY",
    ),
    Case(
        "a file without its parts",
        lambda s: m.SendMediaRequest(
            s.self,
            t.InputMediaUploadedDocument(t.InputFile(77, 1, "a", ""), "a/b", []),
            "",
            random_id=number(),
        ),
        "400 FILE_PARTS_INVALID",
    ),
    Case("an empty part", lambda s: fn.upload.SaveFilePartRequest(1, 0, b""), "400 FILE_PART_EMPTY"),
    Case(
        "a part of no number", lambda s: fn.upload.SaveFilePartRequest(1, -1, b"x"), "400 FILE_PART_INVALID"
    ),
    Case(
        "a big file of no parts",
        lambda s: fn.upload.SaveBigFilePartRequest(1, 0, 0, b"x"),
        "400 FILE_PARTS_INVALID",
    ),
    Case(
        "a file that is nowhere",
        lambda s: fn.upload.GetFileRequest(t.InputDocumentFileLocation(1, 2, b"x", ""), 0, 4096),
        "400 LOCATION_INVALID",
    ),
    Case("a poll with one answer", lambda s: ask(poll("si")), "400 POLL_ANSWERS_INVALID"),
    Case(
        "a poll that asks nothing", lambda s: ask(poll("si", "no", question="")), "400 POLL_QUESTION_INVALID"
    ),
    Case("a poll with an answer twice", lambda s: ask(poll("si", "si")), "400 POLL_OPTION_DUPLICATE"),
    Case(
        "a quiz without a right answer",
        lambda s: ask(poll("si", "no", quiz=True)),
        "400 QUIZ_CORRECT_ANSWERS_EMPTY",
    ),
    Case("a vote", lambda s: m.SendVoteRequest(s.self, s.poll, [b"si"]), "Updates"),
    Case(
        "a vote for what is no answer",
        lambda s: m.SendVoteRequest(s.self, s.poll, [b"boh"]),
        "400 OPTION_INVALID",
    ),
    Case(
        "two votes where one is allowed",
        lambda s: m.SendVoteRequest(s.self, s.poll, [b"si", b"no"]),
        "400 OPTIONS_TOO_MUCH",
    ),
    Case(
        "a vote where there is no poll",
        lambda s: m.SendVoteRequest(s.self, s.said, [b"si"]),
        "400 MESSAGE_ID_INVALID",
    ),
    Case(
        "who voted in secret", lambda s: m.GetPollVotesRequest(s.self, s.poll, 5), "403 BROADCAST_FORBIDDEN"
    ),
)

ALTERING = (
    Case("forwarding nothing", lambda s: forward(s.self, [], s.self), "400 MESSAGE_IDS_EMPTY"),
    Case(
        "forwarding what is gone", lambda s: forward(s.self, [999_999_999], s.self), "400 MESSAGE_ID_INVALID"
    ),
    Case(
        "two messages, one random id",
        lambda s: forward(s.self, [s.said, s.to_bob], s.self, 1),
        "400 RANDOM_ID_INVALID",
    ),
    Case(
        "forwarding to where one may not write",
        lambda s: forward(s.self, [s.said], s.news),
        "403 CHAT_WRITE_FORBIDDEN",
    ),
    Case("forwarding a post", lambda s: forward(s.news, [s.post], s.self), "Updates"),
    Case("editing", lambda s: edit(s.self, s.said, message="altro"), "Updates"),
    Case("editing to the same", lambda s: edit(s.self, s.said, message="altro"), "400 MESSAGE_NOT_MODIFIED"),
    Case(
        "editing what is not there",
        lambda s: edit(s.self, 999_999_999, message="x"),
        "400 MESSAGE_ID_INVALID",
    ),
    Case(
        "editing what others wrote",
        lambda s: edit(s.bob_own, s.in_own, message="x"),
        "403 MESSAGE_AUTHOR_REQUIRED",
        "bob",
    ),
    Case("editing an event", lambda s: edit(s.own, s.service, message="x"), "400 MESSAGE_ID_INVALID"),
    Case("editing a post of others", lambda s: edit(s.news, s.post, message="x"), "400 CHAT_ADMIN_REQUIRED"),
    Case("editing to nothing", lambda s: edit(s.self, s.said, message=""), "400 MESSAGE_EMPTY"),
    Case(
        "deleting posts of others",
        lambda s: fn.channels.DeleteMessagesRequest(s.news, [s.post]),
        "403 MESSAGE_DELETE_FORBIDDEN",
    ),
    Case("deleting what is gone", lambda s: m.DeleteMessagesRequest([999_999_999]), "AffectedMessages"),
    Case("clearing a channel here", lambda s: m.DeleteHistoryRequest(s.news, 0), "400 PEER_ID_INVALID"),
    Case(
        "clearing a supergroup for all, as a member",
        lambda s: fn.channels.DeleteHistoryRequest(s.bob_own, 0, for_everyone=True),
        "400 CHAT_ADMIN_REQUIRED",
        "bob",
    ),
    Case("a reaction", lambda s: react(s.news, s.post, "👍"), "Updates"),
    Case("the same reaction", lambda s: react(s.news, s.post, "👍"), "400 MESSAGE_NOT_MODIFIED"),
    Case("a reaction that is none", lambda s: react(s.news, s.post, "abc"), "400 REACTION_INVALID"),
    Case("an empty reaction", lambda s: react(s.news, s.post, ""), "400 REACTION_EMPTY"),
    Case("two reactions", lambda s: react(s.news, s.post, "👍", "🔥"), "400 REACTIONS_TOO_MANY"),
    Case("a reaction to nothing", lambda s: react(s.news, 999_999_999, "👍"), "400 MESSAGE_ID_INVALID"),
    Case(
        "who reacted to a post",
        lambda s: m.GetMessageReactionsListRequest(s.news, s.post, 5),
        "403 BROADCAST_FORBIDDEN",
    ),
    Case(
        "pinning where one may not",
        lambda s: m.UpdatePinnedMessageRequest(s.news, s.post),
        "400 CHAT_ADMIN_REQUIRED",
    ),
    Case("pinning", lambda s: m.UpdatePinnedMessageRequest(s.own, s.in_own), "Updates"),
    Case("pinning again", lambda s: m.UpdatePinnedMessageRequest(s.own, s.in_own), "400 CHAT_NOT_MODIFIED"),
    Case(
        "pinning what is not there",
        lambda s: m.UpdatePinnedMessageRequest(s.own, 999_999),
        "400 MESSAGE_ID_INVALID",
    ),
    Case(
        "unpinning all where one may not",
        lambda s: m.UnpinAllMessagesRequest(s.news),
        "400 CHAT_ADMIN_REQUIRED",
    ),
    Case("a draft", lambda s: m.SaveDraftRequest(s.self, "bozza"), "bool"),
    Case("a draft for nobody", lambda s: m.SaveDraftRequest(s.stranger, "bozza"), "400 PEER_ID_INVALID"),
)

READING = (
    Case("a history", lambda s: history(s.news), "ChannelMessages"),
    Case("a history of nobody", lambda s: history(s.stranger), "400 PEER_ID_INVALID"),
    Case("a history by a wrong hash", lambda s: history(s.wrong_peer), "400 CHANNEL_INVALID"),
    Case("a history of no group", lambda s: history(t.InputPeerChat(5)), "400 CHAT_ID_INVALID"),
    Case("finding", lambda s: find(s.news), "ChannelMessages"),
    Case("finding with nobody", lambda s: find(s.stranger), "400 PEER_ID_INVALID"),
    Case("finding everywhere nothing", lambda s: globally(""), "400 SEARCH_QUERY_EMPTY"),
    Case("finding everywhere", lambda s: globally("offerta"), "MessagesSlice"),
    Case("posts by number", lambda s: fn.channels.GetMessagesRequest(s.news, [s.post]), "ChannelMessages"),
    Case(
        "posts by number and a wrong hash",
        lambda s: fn.channels.GetMessagesRequest(s.wrong_hash, [1]),
        "400 CHANNEL_INVALID",
    ),
    Case("reading with nobody", lambda s: m.ReadHistoryRequest(s.stranger, 0), "400 PEER_ID_INVALID"),
    Case("reading a channel here", lambda s: m.ReadHistoryRequest(s.news, 0), "400 PEER_ID_INVALID"),
    Case("reading a channel", lambda s: fn.channels.ReadHistoryRequest(s.news, 0), "bool"),
    Case(
        "views of nobody's",
        lambda s: m.GetMessagesViewsRequest(s.stranger, [1], False),
        "400 PEER_ID_INVALID",
    ),
    Case(
        "answers to nothing",
        lambda s: m.GetRepliesRequest(s.own, 999_999, 0, None, 0, 5, 0, 0, 0),
        "400 MSG_ID_INVALID",
    ),
    Case(
        "counting what is no sort",
        lambda s: m.GetSearchCountersRequest(s.stranger, []),
        "400 PEER_ID_INVALID",
    ),
    Case("advertisements", lambda s: m.GetSponsoredMessagesRequest(s.news), "SponsoredMessages"),
)
CASES = (*SENDING, *ALTERING, *READING)
