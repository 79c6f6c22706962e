"""The API's methods, one file per namespace or theme; each function answers what its decorator names."""

from __future__ import annotations

from quart_app.demo.api import (
    account,
    account_emails,
    auth_codes,
    auth_passwords,
    auth_temporary_keys,
    auth_tokens,
    auth_transfer,
    channels,
    contacts,
    dialog_marks,
    messages_chats,
    messages_dialogs,
    messages_edit,
    messages_history,
    messages_search,
    messages_send,
    updates,
    upload,
    users,
)
from quart_app.demo.api import help as help_

MODULES = (
    account,
    account_emails,
    auth_codes,
    auth_passwords,
    auth_temporary_keys,
    auth_tokens,
    auth_transfer,
    channels,
    contacts,
    dialog_marks,
    help_,
    messages_chats,
    messages_dialogs,
    messages_edit,
    messages_history,
    messages_search,
    messages_send,
    updates,
    upload,
    users,
)
