"""Calls about chats, their members and how they are listed."""

from __future__ import annotations

from typing import Any

from tests.independent.corpus.scene import Case, fn, t

m, c = fn.messages, fn.channels
NONE = t.ChatBannedRights(None)
OUT = t.ChatBannedRights(None, view_messages=True)
ADMIN = t.ChatAdminRights(ban_users=True)


def members(channel: Any) -> Any:
    return c.GetParticipantsRequest(channel, t.ChannelParticipantsRecent(), 0, 5, 0)


def folder(number: int, title: str, *peers: Any) -> Any:
    made = t.DialogFilter(
        number, t.TextWithEntities(title, []), pinned_peers=[], include_peers=list(peers), exclude_peers=[]
    )
    return m.UpdateDialogFilterRequest(number, made)


def dialogs(**more: Any) -> Any:
    return m.GetDialogsRequest(None, 0, t.InputPeerEmpty(), 5, 0, **more)


def importers(peer: Any, **more: Any) -> Any:
    return m.GetChatInviteImportersRequest(peer, None, t.InputUserEmpty(), 5, requested=True, **more)


FINDING = (
    Case("a name", lambda s: fn.contacts.ResolveUsernameRequest("scontierrati"), "ResolvedPeer"),
    Case(
        "a name that nobody has",
        lambda s: fn.contacts.ResolveUsernameRequest("nobody_here"),
        "400 USERNAME_NOT_OCCUPIED",
    ),
    Case("no name", lambda s: fn.contacts.ResolveUsernameRequest("a b"), "400 USERNAME_INVALID"),
    Case("two letters", lambda s: fn.contacts.SearchRequest("ab", 5), "400 QUERY_TOO_SHORT"),
    Case("blocking nobody", lambda s: fn.contacts.BlockRequest(s.stranger), "400 PEER_ID_INVALID"),
    Case("blocking oneself", lambda s: fn.contacts.BlockRequest(s.self), "400 CONTACT_ID_INVALID"),
    Case("blocking", lambda s: fn.contacts.BlockRequest(s.bob_peer), "bool"),
    Case(
        "writing to whom one blocked", lambda s: m.SendMessageRequest(s.bob_peer, "x"), "400 YOU_BLOCKED_USER"
    ),
    Case("unblocking", lambda s: fn.contacts.UnblockRequest(s.bob_peer), "bool"),
    Case(
        "a contact without a name",
        lambda s: fn.contacts.AddContactRequest(s.bob_user, "", "", ""),
        "400 CONTACT_NAME_EMPTY",
    ),
    Case(
        "somebody by a wrong hash",
        lambda s: fn.users.GetFullUserRequest(t.InputUser(s.bob_user.user_id, 1)),
        "400 USER_ID_INVALID",
    ),
    Case(
        "chats in common with nobody",
        lambda s: m.GetCommonChatsRequest(t.InputUser(5, 5), 0, 5),
        "400 USER_ID_INVALID",
    ),
    Case("a channel by a wrong hash", lambda s: c.GetFullChannelRequest(s.wrong_hash), "400 CHANNEL_INVALID"),
    Case(
        "a channel of ada by her hash, asked by eve",
        lambda s: c.GetFullChannelRequest(s.own),
        "400 CHANNEL_INVALID",
        "eve",
    ),
    Case("a group that is none", lambda s: m.GetFullChatRequest(5), "400 CHAT_ID_INVALID"),
    Case("groups that are none", lambda s: m.GetChatsRequest([5]), "400 CHAT_ID_INVALID"),
    Case("channels by a wrong hash", lambda s: c.GetChannelsRequest([s.wrong_hash]), "400 CHANNEL_INVALID"),
)

LISTING = (
    Case("the list", lambda s: dialogs(), "DialogsSlice"),
    Case("a folder that is none", lambda s: dialogs(folder_id=7), "400 FOLDER_ID_INVALID"),
    Case("pins of a folder that is none", lambda s: m.GetPinnedDialogsRequest(7), "400 FOLDER_ID_INVALID"),
    Case(
        "chats of nobody",
        lambda s: m.GetPeerDialogsRequest([t.InputDialogPeer(s.stranger)]),
        "400 PEER_ID_INVALID",
    ),
    Case(
        "marking nobody unread",
        lambda s: m.MarkDialogUnreadRequest(t.InputDialogPeer(s.stranger)),
        "400 PEER_ID_INVALID",
    ),
    Case(
        "pinning nobody",
        lambda s: m.ToggleDialogPinRequest(t.InputDialogPeer(s.stranger)),
        "400 PEER_ID_INVALID",
    ),
    Case(
        "ordering nobody",
        lambda s: m.ReorderPinnedDialogsRequest(0, [t.InputDialogPeer(s.stranger)]),
        "400 PEER_ID_INVALID",
    ),
    Case(
        "archiving in no folder",
        lambda s: fn.folders.EditPeerFoldersRequest([t.InputFolderPeer(s.news, 9)]),
        "400 FOLDER_ID_INVALID",
    ),
    Case("archiving", lambda s: fn.folders.EditPeerFoldersRequest([t.InputFolderPeer(s.news, 1)]), "Updates"),
    Case(
        "muting nobody",
        lambda s: fn.account.UpdateNotifySettingsRequest(
            t.InputNotifyPeer(s.stranger), t.InputPeerNotifySettings()
        ),
        "400 PEER_ID_INVALID",
    ),
    Case("a folder of one's own", lambda s: folder(2, "Mia", s.listed), "bool"),
    Case("a folder without a title", lambda s: folder(3, "", s.listed), "400 FILTER_TITLE_EMPTY"),
    Case("a folder of nothing", lambda s: folder(3, "Mia"), "400 FILTER_INCLUDE_EMPTY"),
    Case("a folder that can't be", lambda s: folder(1, "Mia", s.listed), "400 FILTER_ID_INVALID"),
    Case(
        "unread mentions of nobody",
        lambda s: m.GetUnreadMentionsRequest(s.stranger, 0, 0, 5, 0, 0),
        "400 PEER_ID_INVALID",
    ),
)

MEMBERS = (
    Case("members", lambda s: members(s.own), "ChannelParticipants"),
    Case("members of a channel of others", lambda s: members(s.news), "400 CHAT_ADMIN_REQUIRED"),
    Case("members by a wrong hash", lambda s: members(s.wrong_hash), "400 CHANNEL_INVALID"),
    Case(
        "one who is no member",
        lambda s: c.GetParticipantRequest(s.own, s.deleted_peer),
        "400 USER_NOT_PARTICIPANT",
    ),
    Case(
        "banning where one may not",
        lambda s: c.EditBannedRequest(s.bob_own, s.ada_peer, OUT),
        "400 CHAT_ADMIN_REQUIRED",
        "bob",
    ),
    Case("banning the creator", lambda s: c.EditBannedRequest(s.own, s.self, OUT), "400 USER_ADMIN_INVALID"),
    Case(
        "making an admin where one may not",
        lambda s: c.EditAdminRequest(s.bob_own, s.ada_user, ADMIN),
        "400 CHAT_ADMIN_REQUIRED",
        "bob",
    ),
    Case(
        "unmaking the creator",
        lambda s: c.EditAdminRequest(s.own, t.InputUserSelf(), ADMIN),
        "400 USER_CREATOR",
    ),
    Case(
        "an admin with a long title",
        lambda s: c.EditAdminRequest(s.own, s.bob_user, ADMIN, "x" * 17),
        "400 ADMIN_RANK_INVALID",
    ),
    Case(
        "a deleted admin", lambda s: c.EditAdminRequest(s.own, s.deleted, ADMIN), "400 INPUT_USER_DEACTIVATED"
    ),
    Case(
        "inviting somebody deleted",
        lambda s: c.InviteToChannelRequest(s.own, [s.deleted]),
        "400 INPUT_USER_DEACTIVATED",
    ),
    Case("leaving one's own", lambda s: c.LeaveChannelRequest(s.own), "400 USER_CREATOR"),
    Case("leaving where one is not", lambda s: c.LeaveChannelRequest(s.forum), "400 USER_NOT_PARTICIPANT"),
    Case("joining where one is", lambda s: c.JoinChannelRequest(s.plaza), "400 USER_ALREADY_PARTICIPANT"),
    Case("joining", lambda s: c.JoinChannelRequest(s.forum), "ChatInviteJoinResultOk"),
    Case("a link that is none", lambda s: m.CheckChatInviteRequest("deadbeef"), "400 INVITE_HASH_EXPIRED"),
    Case("an empty link", lambda s: m.CheckChatInviteRequest(""), "400 INVITE_HASH_EMPTY"),
    Case("a link of strange signs", lambda s: m.CheckChatInviteRequest("a b!"), "400 INVITE_HASH_INVALID"),
    Case("a link", lambda s: m.CheckChatInviteRequest(s.link), "ChatInvite", "eve"),
    Case(
        "joining by a link where one is",
        lambda s: m.ImportChatInviteRequest(s.link),
        "400 USER_ALREADY_PARTICIPANT",
        "bob",
    ),
    Case(
        "asking to be let in",
        lambda s: m.ImportChatInviteRequest(s.ask_link),
        "400 INVITE_REQUEST_SENT",
        "eve",
    ),
    Case("who asked, as nobody", lambda s: importers(s.bob_own), "400 CHAT_ADMIN_REQUIRED", "bob"),
    Case("who asked with nobody", lambda s: importers(s.stranger), "400 PEER_ID_INVALID"),
    Case("who asked", lambda s: importers(s.posts), "ChatInviteImporters"),
    Case(
        "who asked, by link and words",
        lambda s: importers(s.posts, link=s.ask_link, q="a"),
        "400 SEARCH_WITH_LINK_NOT_SUPPORTED",
    ),
    Case(
        "letting in who never asked",
        lambda s: m.HideChatJoinRequestRequest(s.own, s.bob_user, approved=True),
        "400 HIDE_REQUESTER_MISSING",
    ),
    Case("a link where one may not", lambda s: m.ExportChatInviteRequest(s.news), "400 CHAT_ADMIN_REQUIRED"),
    Case("a link to nobody", lambda s: m.ExportChatInviteRequest(s.self), "400 PEER_ID_INVALID"),
)

MAKING = (
    Case("a group without a title", lambda s: m.CreateChatRequest([s.bob_user], " "), "400 CHAT_TITLE_EMPTY"),
    Case("a group of one", lambda s: m.CreateChatRequest([], "Solo"), "400 USERS_TOO_FEW"),
    Case("a channel without a title", lambda s: c.CreateChannelRequest("", ""), "400 CHAT_TITLE_EMPTY"),
    Case(
        "a channel with a long description",
        lambda s: c.CreateChannelRequest("a", "x" * 256),
        "400 CHAT_ABOUT_TOO_LONG",
    ),
    Case("the same title again", lambda s: c.EditTitleRequest(s.own, "Corpus"), "400 CHAT_NOT_MODIFIED"),
    Case(
        "a title where one may not",
        lambda s: c.EditTitleRequest(s.bob_own, "x"),
        "400 CHAT_ADMIN_REQUIRED",
        "bob",
    ),
    Case(
        "the same description again",
        lambda s: m.EditChatAboutRequest(s.own, ""),
        "400 CHAT_ABOUT_NOT_MODIFIED",
    ),
    Case("a group's title, no group", lambda s: m.EditChatTitleRequest(5, "x"), "400 CHAT_ID_INVALID"),
    Case(
        "rights that can't be taken from all",
        lambda s: m.EditChatDefaultBannedRightsRequest(s.own, OUT),
        "400 BANNED_RIGHTS_INVALID",
    ),
    Case(
        "the same rights again",
        lambda s: m.EditChatDefaultBannedRightsRequest(s.own, NONE),
        "400 CHAT_NOT_MODIFIED",
    ),
    Case(
        "adding who is there",
        lambda s: m.AddChatUserRequest(s.group, s.bob_user, 0),
        "400 USER_ALREADY_PARTICIPANT",
    ),
    Case("adding to no group", lambda s: m.AddChatUserRequest(5, s.bob_user, 0), "400 CHAT_ID_INVALID"),
    Case(
        "removing who is not there",
        lambda s: m.DeleteChatUserRequest(s.group, s.deleted),
        "400 USER_NOT_PARTICIPANT",
    ),
    Case(
        "removing as a member",
        lambda s: m.DeleteChatUserRequest(s.group, s.ada_user),
        "400 CHAT_ADMIN_REQUIRED",
        "bob",
    ),
    Case(
        "an admin of no group", lambda s: m.EditChatAdminRequest(5, s.bob_user, True), "400 CHAT_ID_INVALID"
    ),
    Case(
        "slow mode as a member",
        lambda s: c.ToggleSlowModeRequest(s.bob_own, 60),
        "400 CHAT_ADMIN_REQUIRED",
        "bob",
    ),
    Case("61 seconds of slow mode", lambda s: c.ToggleSlowModeRequest(s.own, 61), "400 SECONDS_INVALID"),
    Case("slow mode", lambda s: c.ToggleSlowModeRequest(s.own, 60), "Updates"),
    Case("the first word", lambda s: m.SendMessageRequest(s.bob_own, "uno"), "Updates", "bob"),
    Case("the second word", lambda s: m.SendMessageRequest(s.bob_own, "due"), "420 SLOWMODE_WAIT_%d", "bob"),
    Case("slow mode again", lambda s: c.ToggleSlowModeRequest(s.own, 60), "400 CHAT_NOT_MODIFIED"),
    Case(
        "joining on request, in private",
        lambda s: c.ToggleJoinRequestRequest(s.own, True),
        "400 CHAT_PUBLIC_REQUIRED",
    ),
    Case(
        "topics of no forum",
        lambda s: m.GetForumTopicsRequest(s.own, None, 0, 0, 5),
        "400 CHANNEL_FORUM_MISSING",
    ),
    Case("no topics", lambda s: m.GetForumTopicsByIDRequest(s.forum, []), "400 TOPICS_EMPTY"),
    Case(
        "a supergroup, as a member", lambda s: m.MigrateChatRequest(s.group), "400 CHAT_ADMIN_REQUIRED", "bob"
    ),
    Case("a supergroup of nothing", lambda s: m.MigrateChatRequest(5), "400 CHAT_ID_INVALID"),
    Case("a supergroup", lambda s: m.MigrateChatRequest(s.group), "Updates"),
    Case(
        "a word in what has moved",
        lambda s: m.SendMessageRequest(s.group_peer, "x"),
        "403 CHAT_WRITE_FORBIDDEN",
    ),
    Case(
        "deleting what others made",
        lambda s: c.DeleteChannelRequest(s.bob_own),
        "400 CHAT_ADMIN_REQUIRED",
        "bob",
    ),
    Case("deleting what one made", lambda s: c.DeleteChannelRequest(s.own), "Updates"),
    Case(
        "looking into what was deleted",
        lambda s: c.GetFullChannelRequest(s.bob_own),
        "406 CHANNEL_PRIVATE",
        "bob",
    ),
)
CASES = (*FINDING, *LISTING, *MEMBERS, *MAKING)
