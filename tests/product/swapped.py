"""What one person could try with another's ids: for each route and each frame there is, every place that takes one.

Words in braces stand for what belongs to the other: see `Belongings`. A route or frame that is not in here fails the
test that goes through them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from tests.product.routes import Route

Body = dict[str, str]


@dataclass(frozen=True, slots=True)
class Belongings:
    """The other's ids and names, all of which an attacker is supposed to have learnt somehow."""

    user: str
    record: str
    lookup: str
    digest: str
    route: str
    """What a proxy goes by."""
    phone: str
    title: str
    """Of a chat that nobody else is in."""
    run: str
    ticket: str
    device: str
    """As their own list of devices names it."""

    def put_into(self, body: Body) -> Body:
        given = asdict(self)
        return {name: text.format(**given) for name, text in body.items()}

    @property
    def everywhere(self) -> Body:
        """Names under which careless servers look for a user."""
        return {"user_id": self.user, "user": self.user, "session": self.record, "sid": self.digest}

    @property
    def headers(self) -> dict[str, str]:
        return {"X-User-Id": self.user, "X-Forwarded-User": self.user, "X-Session-Id": self.digest}


NOTHING: Final[list[Body]] = [{}]
LINES: Final = (
    "search {title}",
    "list",
    "list {user}",
    "@{user}",
    "search {phone}",
    "help {run}",
    "list | where unread >= 0",
)
API: Final = "/api/v1"
SESSION: Final = f"{API}/telegram/session"
ACCOUNT: Final = f"{API}/account"
FACTOR: Final = f"{ACCOUNT}/second-factor"
OWN: Final = "an honest long phrase"
"""The attacker's own password: what asks for it again is answered right, and goes further."""
SWAPPED: Final[dict[Route, list[Body]]] = {
    Route("/", "GET"): NOTHING,
    Route("/language", "POST"): [{"language": "en", "next": "/users/{user}"}],
    Route("/login", "GET"): NOTHING,
    Route("/login", "POST"): [{"phone": "{phone}", "password": "not the right one", "next": "/users/{user}"}],
    Route("/login/code", "GET"): NOTHING,
    Route("/login/code", "POST"): [{"code": "{record}"}],
    Route("/register", "GET"): NOTHING,
    Route("/register", "POST"): [{"phone": "{phone}", "password": "an intruder's phrase"}],
    Route("/recover", "GET"): NOTHING,
    Route("/recover", "POST"): [{"phone": "{phone}"}],
    Route("/recover/code", "POST"): [{"code": "{record}"}],
    Route("/recover/resend", "POST"): NOTHING,
    Route("/recover/two-step", "POST"): [{"password": "{user}"}],
    Route("/recover/password", "POST"): [{"password": "an intruder's phrase"}],
    Route("/recover/again", "POST"): NOTHING,
    Route("/terminal", "GET"): NOTHING,
    Route("/static/<path:name>", "GET"): NOTHING,
    Route("/manifest.webmanifest", "GET"): NOTHING,
    Route("/service-worker.js", "GET"): NOTHING,
    Route("/offline", "GET"): NOTHING,
    Route("/health", "GET"): NOTHING,
    Route("/health/live", "GET"): NOTHING,
    Route("/health/ready", "GET"): NOTHING,
    Route("/metrics", "GET"): NOTHING,
    Route("/api/docs", "GET"): NOTHING,
    Route("/downloads/<ticket>", "GET"): NOTHING,
    Route("/admin", "GET"): NOTHING,
    Route("/admin/access", "GET"): NOTHING,
    Route("/admin/audit", "GET"): NOTHING,
    Route("/admin/find", "POST"): [{"tail": "01"}],
    Route("/admin/invites", "POST"): NOTHING,
    Route("/admin/people", "GET"): NOTHING,
    Route("/admin/people/<uuid:user_id>", "POST"): [
        {"act": act} for act in ("sign_out", "disable", "enable")
    ],
    Route("/admin/plugins", "GET"): NOTHING,
    Route("/admin/registration", "POST"): [{"mode": "open"}],
    Route(f"{API}/admin/board", "GET"): NOTHING,
    Route("/settings", "GET"): NOTHING,
    Route("/settings/data", "POST"): [{"password": OWN}],
    Route("/settings/device", "POST"): [{"device": "{device}"}, {"device": "{digest}"}],
    Route("/settings/token", "POST"): [{"password": OWN, "name": "mine"}],
    Route("/settings/second-factor", "POST"): [{"password": OWN}],
    Route("/settings/second-factor/confirm", "POST"): [{"code": "123456"}],
    Route("/settings/second-factor/codes", "POST"): [{"password": OWN, "code": "123456"}],
    Route("/settings/second-factor/off", "POST"): [{"password": OWN, "code": "123456"}],
    Route(f"{API}/openapi.json", "GET"): NOTHING,
    Route(ACCOUNT, "GET"): NOTHING,
    Route(f"{ACCOUNT}/data", "POST"): [{"password": OWN}],
    Route(f"{ACCOUNT}/devices", "GET"): NOTHING,
    Route(f"{ACCOUNT}/devices/<device_id>", "DELETE"): NOTHING,
    Route(FACTOR, "POST"): [{"password": OWN}],
    Route(f"{FACTOR}/confirm", "POST"): [{"code": "123456"}],
    Route(f"{FACTOR}/recovery-codes", "POST"): [{"password": OWN, "second_factor": "123456"}],
    Route(f"{FACTOR}/removal", "POST"): [{"password": OWN, "second_factor": "123456"}],
    Route(f"{API}/accounts", "POST"): [{"phone": "{phone}", "password": "an intruder's phrase"}],
    Route(f"{API}/tokens", "POST"): [{"phone": "{phone}", "password": "not the right one", "name": "mine"}],
    Route(f"{API}/commands", "GET"): NOTHING,
    Route(f"{API}/commands", "POST"): [{"line": line} for line in LINES],
    Route(SESSION, "GET"): NOTHING,
    Route(SESSION, "POST"): NOTHING,
    Route(f"{SESSION}/code", "POST"): [{"code": "{record}"}],
    Route(f"{SESSION}/email", "POST"): [{"address": "nobody@example.org"}],
    Route(f"{SESSION}/password", "POST"): [{"password": "{user}"}],
    Route(f"{SESSION}/resend", "POST"): NOTHING,
    Route(f"{SESSION}/unlock", "POST"): [{"password": "{digest}"}],
}
"""Asked in this order by somebody who stays signed in."""
LEAVING: Final[dict[Route, list[Body]]] = {
    Route(SESSION, "DELETE"): NOTHING,
    Route("/logout", "POST"): NOTHING,
    Route(f"{API}/tokens/current", "DELETE"): NOTHING,
    Route("/settings/everywhere", "POST"): [{"password": OWN}],
    Route("/settings/password", "POST"): [{"password": OWN, "new_password": OWN}],
    Route("/settings/deletion", "POST"): [{"password": OWN, "confirm": "delete"}],
    Route(f"{ACCOUNT}/log-out-everywhere", "POST"): [{"password": OWN}],
    Route(f"{ACCOUNT}/password", "POST"): [{"password": OWN, "new_password": OWN}],
    Route(f"{ACCOUNT}/deletion", "POST"): [{"password": OWN, "confirm": "delete"}],
}
"""Each ends something of whoever asks: their own and nobody else's."""
SWAPPED_FRAMES: Final[dict[str, list[dict[str, Any]]]] = {
    "run": [{"id": "{run}", "line": "search {title}"}, {"id": "{run}", "line": "list"}],
    "cancel": [{"id": "{run}"}],
    "answer": [{"id": "{run}", "ask": "a1", "value": "yes"}],
    "complete": [{"id": "{run}", "line": "search {title}", "cursor": 9}],
    "ping": [{"id": "{run}"}],
}
