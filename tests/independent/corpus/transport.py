"""What core.telegram.org/mtproto says of packets, one case each, asked of a server by a client written by hand.

By hand: ``python -m tests.independent.corpus.transport HOST PORT KEY.pem``. It imports nothing of the app, and no
Telegram library.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from tests.independent.corpus import message_cases, service_cases
from tests.independent.corpus.bare_client import Refused, TransportError, agreed, error_in
from tests.independent.corpus.case import (
    CASES,
    DESTROY_KEY,
    KEY_DESTROYED,
    nearest,
    ping,
    told,
)


def exchanges(place: tuple[str, int], pem: str) -> None:
    """The key exchange itself, each time anew."""
    fresh = agreed(*place, pem, dc=2)
    said("a key by RSA_PAD and p_q_inner_data_dc")
    request = fresh.say(nearest(introduced=False))
    assert error_in(fresh.result(request)) == "400 CONNECTION_NOT_INITED"
    fresh.close()
    said("a query before initConnection: 400 CONNECTION_NOT_INITED")
    temporary = agreed(*place, pem, dc=2, expires_in=60)
    assert error_in(temporary.result(temporary.say(nearest()))) == "401 AUTH_KEY_PERM_EMPTY"
    temporary.close()
    said("a temporary key that is bound to none: 401 AUTH_KEY_PERM_EMPTY")
    assert told(lambda: agreed(*place, pem, dc=3)) == -444
    said("a key for another data centre: -444")
    gone = agreed(*place, pem)
    gone.say(struct.pack("<I", DESTROY_KEY))
    assert gone.answer(KEY_DESTROYED)
    gone.say(ping())
    while (code := told(gone.hear)) is None:
        pass
    assert code == -404
    said("destroy_auth_key: from then on -404")


def said(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main(host: str, port: str, pem: str) -> int:
    place, key = (host, int(port)), Path(pem).read_text()
    exchanges(place, key)
    first = agreed(*place, key)
    assert message_cases
    assert service_cases
    wrong = 0
    for words, run in CASES:
        bare = first.again()
        try:
            run(bare)
        except (AssertionError, Refused, TransportError, OSError) as error:
            wrong += 1
            said(f"NOT SO: {words} ({type(error).__name__} {error})")
        else:
            said(words)
        bare.close()
    said(f"{wrong} not so" if wrong else "no complaints")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
