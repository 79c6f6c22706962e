"""One message, as the world keeps it; how a viewer sees it is the business of view.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Message:
    id: int
    """Per channel; for private chats and basic groups per account."""
    sender: int
    """A person's id, or 0 for a post of the channel itself."""
    text: str
    date: int
    """Unix seconds."""
    service: bool = False
    """No text but an event: here always the start of the chat."""
    mentioned: bool = False
    reply_to: int = 0
