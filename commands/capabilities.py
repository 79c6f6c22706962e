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

    @property
    def acts(self) -> bool:
        """Changes something: never granted in a view-only session."""
        return not self.value.endswith((".read", ".resolve", ".watch"))
