"""What a command may ask of Telegram on its caller's behalf."""

from enum import StrEnum


class Capability(StrEnum):
    """Declared by a command, granted to a stranger's by the operator, checked at each call of the gateway."""

    ACTIVITY_READ = "activity.read"
    CHATS_ARCHIVE = "chats.archive"
    CHATS_LEAVE = "chats.leave"
    CHATS_MUTE = "chats.mute"
    CHATS_READ = "chats.read"
    CHATS_RESOLVE = "chats.resolve"
    MESSAGES_READ = "messages.read"
    PROFILES_READ = "profiles.read"
    TELEGRAM_CLIENT = "telegram.client"
    """Everything: the caller's own Telethon client. What it may change depends on the session's scope."""

    @property
    def acts(self) -> bool:
        """Changes something: never granted in a view-only session."""
        return not self.value.endswith((".read", ".resolve", ".watch", ".client"))

    @property
    def hands_over(self) -> bool:
        """Gives the account itself rather than one thing to do with it: an operator should look twice."""
        return self is Capability.TELEGRAM_CLIENT
