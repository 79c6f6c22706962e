"""Which errors Telegram documents for which method, and the few that it does not, each with its reason."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("documented_errors.tsv")
ANY = "*"
_NUMBER = re.compile(r"(?<=_)\d+(?=_|$)")
PEERS = frozenset(
    ("PEER_ID_INVALID", "CHANNEL_INVALID", "CHANNEL_PRIVATE", "CHAT_ID_INVALID", "USER_ID_INVALID")
)
"""What any method says that is given a chat or person which is none, or is another kind of one."""

UNDOCUMENTED = {
    "AUTH_TOKEN_INVALID": "of importLoginToken; its page has it, that of acceptLoginToken has INVALIDX",
    "CHAT_FORBIDDEN": "listed without methods: a group that one was thrown out of",
    "CODE_INVALID": "listed without methods: a wrong code from an e-mail",
    "DEMO_INTERNAL_ERROR": "never meant to be seen: a mistake in the demo data centre itself",
    "EMAIL_INSTALL_MISSING": "listed without methods: an address has to be set up before the login goes on",
    "EMAIL_NOT_ALLOWED": "listed without methods: this is not the time for an address",
    "EMAIL_NOT_SETUP": "listed for sendVerifyEmailCode; said to an e-mail code where none was sent as well",
    "FILE_PART_SIZE_CHANGED": "listed for saveBigFilePart; small files follow the same rule",
    "FILE_PART_SIZE_INVALID": "listed for saveBigFilePart; found when the parts are put together",
    "FILE_PART_TOO_BIG": "listed for saveBigFilePart; small files follow the same rule",
    "FILE_REFERENCE_INVALID": "listed for getFile; sending a file looks at its reference as well",
    "FILTERS_TOO_MUCH": "the limit is documented (api/config, dialog_filters_limit), its error is not",
    "FILTER_INCLUDE_TOO_MUCH": "the limit is documented (dialog_filters_chats_limit), the error only in client code",
    "FILTER_NOT_SUPPORTED": "listed without methods",
    "FOLDER_ID_INVALID": "listed for the methods that read folders; of any that is given one",
    "IMAGE_PROCESS_FAILED": "listed for sendMedia and uploadMedia; of albums as well",
    "INPUT_FILTER_INVALID": "listed for messages.search; of the counters as well",
    "INPUT_USER_DEACTIVATED": "listed for most methods that take a person; of the others as well",
    "LIMIT_INVALID": "listed for getFile; of any list of a limited length",
    "MEDIA_EMPTY": "listed for sendMedia; of uploadMedia as well",
    "MESSAGE_IDS_EMPTY": "listed for forwardMessages; of any list of messages",
    "MESSAGE_IDS_TOO_MANY": "the limit of a hundred is documented, its error is not",
    "MSG_WAIT_TIMEOUT": "of invokeAfterMsg, which is no method of its own",
    "PHONE_CODE_HASH_EMPTY": "listed for resendCode; of any method that takes the hash",
    "PHONE_PASSWORD_FLOOD": "listed for sendCode; after too many wrong passwords as well",
    "RANDOM_ID_EMPTY": "listed for sendMultiMedia; of any method that takes one",
    "RANDOM_ID_INVALID": "listed for forwardMessages; of an advertisement that was not shown as well",
    "REPLY_MESSAGE_ID_INVALID": "listed for sendMessage; of sendMedia as well",
    "REPLY_TO_INVALID": "listed for sendMessage; of sendMedia as well",
    "SRP_A_INVALID": "listed without methods",
    "TOPIC_TITLE_EMPTY": "listed without methods",
    "USER_ALREADY_PARTICIPANT": "listed for addChatUser; of inviteToChannel as well",
    "USER_NOT_PARTICIPANT": "listed for leaving and looking; of acting in a supergroup as well",
}


def plain(message: str) -> str:
    """An error's name as the table has it, without the numbers that it came with."""
    return _NUMBER.sub("%d", message)


@cache
def documented() -> dict[str, dict[str, frozenset[int]]]:
    """By method (or ANY) and error: the codes it may have."""
    table: dict[str, dict[str, frozenset[int]]] = {}
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        method, _, errors = line.partition("\t")
        table[method] = {}
        for error in filter(None, errors.split(", ")):
            codes, _, name = error.partition(" ")
            table[method][name] = frozenset(int(code) for code in codes.split("/"))
    return table


@cache
def codes_of(name: str) -> frozenset[int]:
    """Of an error, whatever the method; none if nobody documents it."""
    rows = [errors[name] for errors in documented().values() if name in errors]
    return frozenset().union(*rows)


def method_of(name: str) -> str:
    """``messages.GetDialogs`` as Telegram spells it."""
    space, _, word = name.rpartition(".")
    word = word[:1].lower() + word[1:]
    return f"{space}.{word}" if space else word


def complaint(method: str, code: int, message: str) -> str:
    """What is wrong with this answer by the documentation; empty if nothing is."""
    table, name = documented(), plain(message)
    for row in (table.get(method, {}), table[ANY]):
        if name in row:
            return "" if code in row[name] else f"{method}: {message} has {sorted(row[name])}, not {code}"
    if name in UNDOCUMENTED:
        return ""
    if name in PEERS:
        return "" if code in codes_of(name) else f"{method}: {message} has {sorted(codes_of(name))}"
    return f"{method}: {code} {message} is nowhere documented"
