"""What a command may ask of Telegram on its caller's behalf."""

from enum import StrEnum


class Capability(StrEnum):
    """Declared by a command, granted to a stranger's by the operator, checked at each call of the gateway."""

    CHATS_READ = "chats.read"
    CHATS_RESOLVE = "chats.resolve"
    PROFILES_READ = "profiles.read"

    @property
    def acts(self) -> bool:
        """Changes something: never granted in a view-only session."""
        return not self.value.endswith((".read", ".resolve", ".watch"))
