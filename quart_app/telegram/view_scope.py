"""What a view-only session may ask of Telegram: the requests on this list, and no other that there is or will be.

Reading a chat marks it as read, as in every client: the terms of Telegram's API allow no ghost mode. Whatever
presses a bot's button, fetches an address, spends anything or concerns the account and its logins is not reading.
"""

from __future__ import annotations

from typing import Any, Final

from telethon import functions as fn

READING: Final[frozenset[type[Any]]] = frozenset(
    {
        fn.PingRequest,
        # what the library asks by itself
        fn.help.GetAppConfigRequest,
        fn.help.GetCdnConfigRequest,
        fn.help.GetConfigRequest,
        fn.help.GetCountriesListRequest,
        fn.help.GetNearestDcRequest,
        fn.help.GetPeerColorsRequest,
        fn.help.GetTermsOfServiceUpdateRequest,
        fn.help.GetTimezonesListRequest,
        fn.updates.GetChannelDifferenceRequest,
        fn.updates.GetDifferenceRequest,
        fn.updates.GetStateRequest,
        # chats
        fn.channels.GetChannelsRequest,
        fn.channels.GetFullChannelRequest,
        fn.channels.GetInactiveChannelsRequest,
        fn.channels.GetLeftChannelsRequest,
        fn.messages.GetChatsRequest,
        fn.messages.GetCommonChatsRequest,
        fn.messages.GetDialogFiltersRequest,
        fn.messages.GetDialogUnreadMarksRequest,
        fn.messages.GetDialogsRequest,
        fn.messages.GetForumTopicsByIDRequest,
        fn.messages.GetForumTopicsRequest,
        fn.messages.GetFullChatRequest,
        fn.messages.GetOnlinesRequest,
        fn.messages.GetPeerDialogsRequest,
        fn.messages.GetPeerSettingsRequest,
        fn.messages.GetPinnedDialogsRequest,
        fn.messages.GetPinnedSavedDialogsRequest,
        fn.messages.GetSavedDialogsRequest,
        fn.messages.GetSavedDialogsByIDRequest,
        fn.messages.GetSuggestedDialogFiltersRequest,
        fn.messages.CheckChatInviteRequest,
        fn.chatlists.CheckChatlistInviteRequest,
        # messages
        fn.channels.GetMessagesRequest,
        fn.channels.GetMessageAuthorRequest,
        fn.messages.GetAllDraftsRequest,
        fn.messages.GetDiscussionMessageRequest,
        fn.messages.GetFactCheckRequest,
        fn.messages.GetHistoryRequest,
        fn.messages.GetMessageReactionsListRequest,
        fn.messages.GetMessageReadParticipantsRequest,
        fn.messages.GetMessagesReactionsRequest,
        fn.messages.GetMessagesRequest,
        fn.messages.GetMessagesViewsRequest,
        fn.messages.GetOutboxReadDateRequest,
        fn.messages.GetPollResultsRequest,
        fn.messages.GetPollVotesRequest,
        fn.messages.GetRepliesRequest,
        fn.messages.GetSavedHistoryRequest,
        fn.messages.GetScheduledHistoryRequest,
        fn.messages.GetScheduledMessagesRequest,
        fn.messages.GetSearchCountersRequest,
        fn.messages.GetSearchResultsCalendarRequest,
        fn.messages.GetSearchResultsPositionsRequest,
        fn.messages.GetSplitRangesRequest,
        fn.messages.GetUnreadMentionsRequest,
        fn.messages.GetUnreadPollVotesRequest,
        fn.messages.GetUnreadReactionsRequest,
        fn.messages.SearchGlobalRequest,
        fn.messages.SearchRequest,
        fn.messages.SearchSentMediaRequest,
        fn.channels.CheckSearchPostsFloodRequest,
        # what reading leaves behind
        fn.channels.ReadHistoryRequest,
        fn.channels.ReadMessageContentsRequest,
        fn.messages.ReadDiscussionRequest,
        fn.messages.ReadHistoryRequest,
        fn.messages.ReadMentionsRequest,
        fn.messages.ReadMessageContentsRequest,
        fn.messages.ReadPollVotesRequest,
        fn.messages.ReadReactionsRequest,
        fn.messages.ReadSavedHistoryRequest,
        fn.messages.GetSponsoredMessagesRequest,
        fn.messages.ViewSponsoredMessageRequest,
        # people
        fn.channels.GetAdminLogRequest,
        fn.channels.GetParticipantRequest,
        fn.channels.GetParticipantsRequest,
        fn.contacts.GetBlockedRequest,
        fn.contacts.GetContactIDsRequest,
        fn.contacts.GetContactsRequest,
        fn.contacts.GetStatusesRequest,
        fn.contacts.GetTopPeersRequest,
        fn.contacts.ResolveUsernameRequest,
        fn.contacts.SearchRequest,
        fn.photos.GetUserPhotosRequest,
        fn.users.GetFullUserRequest,
        fn.users.GetRequirementsToContactRequest,
        fn.users.GetUsersRequest,
        # the account's settings and devices, as they are
        fn.account.GetAccountTTLRequest,
        fn.account.GetAuthorizationsRequest,
        fn.account.GetGlobalPrivacySettingsRequest,
        fn.account.GetNotifyExceptionsRequest,
        fn.account.GetNotifySettingsRequest,
        fn.account.GetPrivacyRequest,
        fn.account.GetWebAuthorizationsRequest,
        # files, stickers, figures
        fn.messages.GetAvailableReactionsRequest,
        fn.messages.GetCustomEmojiDocumentsRequest,
        fn.messages.GetStickerSetRequest,
        fn.stats.GetBroadcastStatsRequest,
        fn.stats.GetMegagroupStatsRequest,
        fn.stats.GetMessagePublicForwardsRequest,
        fn.stats.GetMessageStatsRequest,
        fn.stats.LoadAsyncGraphRequest,
        fn.upload.GetCdnFileHashesRequest,
        fn.upload.GetCdnFileRequest,
        fn.upload.GetFileHashesRequest,
        fn.upload.GetFileRequest,
    }
)


def only_reads(request: Any) -> bool:
    """Whether a request, out of its wrappers, is on the list. Its very class counts, not what that derives from."""
    return type(request) in READING
