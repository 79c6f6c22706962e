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
SWAPPED: Final[dict[Route, list[Body]]] = {
    Route("/", "GET"): NOTHING,
    Route("/login", "GET"): NOTHING,
    Route("/login", "POST"): [{"phone": "{phone}", "password": "not the right one", "next": "/users/{user}"}],
    Route("/login/code", "GET"): NOTHING,
    Route("/login/code", "POST"): [{"code": "{digest}", "next": "/users/{user}"}],
    Route("/recover", "GET"): NOTHING,
    Route("/recover", "POST"): [{"phone": "+9996640001", "login": "{user}"}],
    Route("/recover/code", "POST"): [{"code": "{record}", "login": "{user}"}],
    Route("/recover/two-step", "POST"): [{"password": "{record}"}],
    Route("/recover/password", "POST"): [{"password": "an intruder's phrase", "phone": "{phone}"}],
    Route("/recover/again", "POST"): NOTHING,
    Route("/register", "GET"): NOTHING,
    Route("/register", "POST"): [{"phone": "{phone}", "password": "an intruder's phrase"}],
    Route("/terminal", "GET"): NOTHING,
    Route("/static/<path:name>", "GET"): NOTHING,
    Route("/health", "GET"): NOTHING,
    Route("/health/live", "GET"): NOTHING,
    Route("/health/ready", "GET"): NOTHING,
    Route("/metrics", "GET"): NOTHING,
    Route("/api/docs", "GET"): NOTHING,
    Route("/downloads/<ticket>", "GET"): NOTHING,
    Route(f"{API}/openapi.json", "GET"): NOTHING,
    Route(f"{API}/accounts", "POST"): [{"phone": "{phone}", "password": "an intruder's phrase"}],
    Route(f"{API}/tokens", "POST"): [{"phone": "{phone}", "password": "not the right one", "name": "{user}"}],
    Route("/settings", "GET"): NOTHING,
    Route("/settings/device", "POST"): [{"device": "{digest}"}],
    Route("/settings/token", "POST"): [{"password": "not the right one", "name": "{user}"}],
    Route("/settings/second-factor", "POST"): [{"password": "not the right one"}],
    Route("/settings/second-factor/confirm", "POST"): [{"code": "000000"}],
    Route("/settings/second-factor/codes", "POST"): [{"password": "not the right one", "code": "{digest}"}],
    Route("/settings/second-factor/off", "POST"): [{"password": "not the right one", "code": "{digest}"}],
    Route("/settings/data", "POST"): [{"password": "an honest long phrase"}],
    Route("/settings/password", "POST"): [{"password": "no", "new_password": "an intruder's phrase"}],
    Route("/settings/everywhere", "POST"): [{"password": "not the right one"}],
    Route("/settings/deletion", "POST"): [{"password": "not the right one", "confirm": "delete"}],
    Route(f"{API}/account", "GET"): NOTHING,
    Route(f"{API}/account/devices", "GET"): NOTHING,
    Route(f"{API}/account/devices/<device_id>", "DELETE"): NOTHING,
    Route(f"{API}/account/data", "POST"): [{"password": "an honest long phrase"}],
    Route(f"{API}/account/password", "POST"): [{"password": "no", "new_password": "an intruder's phrase"}],
    Route(f"{API}/account/log-out-everywhere", "POST"): [{"password": "not the right one"}],
    Route(f"{API}/account/deletion", "POST"): [{"password": "not the right one", "confirm": "delete"}],
    Route(f"{API}/account/second-factor", "POST"): [{"password": "not the right one"}],
    Route(f"{API}/account/second-factor/confirm", "POST"): [{"code": "000000"}],
    Route(f"{API}/account/second-factor/recovery-codes", "POST"): [{"password": "not the right one"}],
    Route(f"{API}/account/second-factor/removal", "POST"): [{"password": "not the right one"}],
    Route("/language", "POST"): [{"language": "{user}", "next": "/users/{user}"}],
    Route("/manifest.webmanifest", "GET"): NOTHING,
    Route("/service-worker.js", "GET"): NOTHING,
    Route("/offline", "GET"): NOTHING,
    Route("/admin", "GET"): NOTHING,
    Route("/admin/people", "GET"): NOTHING,
    Route("/admin/find", "POST"): [{"tail": "{phone}"}],
    Route("/admin/people/<uuid:user_id>", "POST"): [{"act": "sign_out"}, {"act": "disable"}],
    Route("/admin/access", "GET"): NOTHING,
    Route("/admin/registration", "POST"): [{"mode": "closed"}],
    Route("/admin/invites", "POST"): NOTHING,
    Route("/admin/plugins", "GET"): NOTHING,
    Route("/admin/audit", "GET"): NOTHING,
    Route(f"{API}/admin/board", "GET"): NOTHING,
    Route(f"{API}/commands", "GET"): NOTHING,
    Route(f"{API}/commands", "POST"): [{"line": line} for line in LINES],
    Route(SESSION, "GET"): NOTHING,
    Route(SESSION, "POST"): NOTHING,
    Route(f"{SESSION}/code", "POST"): [{"code": "{record}"}],
    Route(f"{SESSION}/password", "POST"): [{"password": "{user}"}],
    Route(f"{SESSION}/resend", "POST"): NOTHING,
    Route(f"{SESSION}/email", "POST"): [{"address": "{user}@example.org"}, {"code": "{record}"}],
    Route(f"{SESSION}/unlock", "POST"): [{"password": "{digest}"}],
}
"""Asked in this order by somebody who stays signed in."""
LEAVING: Final[dict[Route, list[Body]]] = {
    Route(SESSION, "DELETE"): NOTHING,
    Route("/logout", "POST"): NOTHING,
    Route(f"{API}/tokens/current", "DELETE"): NOTHING,
}
"""Each ends something of whoever asks: their own and nobody else's."""
SWAPPED_FRAMES: Final[dict[str, list[dict[str, Any]]]] = {
    "run": [{"id": "{run}", "line": "search {title}"}, {"id": "{run}", "line": "list"}],
    "cancel": [{"id": "{run}"}],
    "answer": [{"id": "{run}", "ask": "a1", "value": "yes"}],
    "complete": [{"id": "{run}", "line": "search {title}", "cursor": 9}],
    "ping": [{"id": "{run}"}],
}
