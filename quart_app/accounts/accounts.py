"""Registering, logging in and what an account may be asked: without saying which phones are registered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid4

from quart_app.accounts.errors import InviteNeeded, RegistrationClosed, UnknownUser
from quart_app.accounts.invites import InviteRepository
from quart_app.accounts.password_rules import check_new_password
from quart_app.accounts.passwords import Passwords
from quart_app.accounts.phone_sealer import PhoneSealer
from quart_app.accounts.phones import PhoneNumber, parse_phone
from quart_app.accounts.repository import PepperedFields, StoredUser, UserRepository
from quart_app.accounts.user import User
from quart_app.storage.database import Database


@dataclass(frozen=True, slots=True)
class AccountRules:
    """Who may register, and with which phones."""

    registration: Literal["open", "invite", "closed"]
    demo: bool = False
    """The demo data centre's test numbers count as phones."""
    any_phone: bool = False
    """Any E.164 digits do: Telegram is another server, with numbers of its own."""


class Accounts:
    """Every method raises `StorageUnavailable` when PostgreSQL is away, and those that hash, `Busy`."""

    def __init__(
        self, database: Database, passwords: Passwords, phones: PhoneSealer, rules: AccountRules
    ) -> None:
        self._database = database
        self._users = UserRepository(database)
        self._invites = InviteRepository(database)
        self._passwords = passwords
        self._phones = phones
        self._rules = rules

    def parse_phone(self, text: str) -> PhoneNumber:
        """Raises `BadPhone`."""
        return parse_phone(text, demo=self._rules.demo, accept_any=self._rules.any_phone)

    def phone_key(self, phone: PhoneNumber) -> str:
        """Names a phone to a limit without showing it."""
        return self._phones.lookup(phone).hex()

    async def register(self, phone: PhoneNumber, password: str, invite: str | None = None) -> bool:
        """Make an account. For a phone that has one nothing changes, and nothing tells: not the answer, not the
        invite (used up either way), not the time (one bcrypt either way). Whether it is new is for the audit alone.

        Raises `RegistrationClosed`, `InviteNeeded`, `BadPassword`.
        """
        await self._check_policy(invite)
        check_new_password(password, phone)
        user_id = uuid4()
        fields = await self._peppered(user_id, phone, password)
        async with self._database.transaction():
            used = await self._consume(invite)
            known = await self._users.find_by_phone(self._phones.lookups(phone))
            # Under a previous pepper the phone has another hash, which the database can't see to be the same.
            if known is not None and known.pepper_id != fields.pepper_id:
                return False
            new = await self._users.insert(user_id, phone.tail, fields)
            if used is not None and new:
                await self._invites.note_user(used, user_id)
        return new

    async def authenticate(self, phone: PhoneNumber, password: str) -> User | None:
        """Who this is; ``None`` for a wrong password, an unknown phone or a disabled account, all alike."""
        found = await self._users.find_by_phone(self._phones.lookups(phone))
        if not await self._verify(found, password) or found is None:
            return None
        if self._passwords.outdated(found.password_hash, found.pepper_id):
            fields = await self._peppered(found.user.id, phone, password)
            await self._users.rekey(found.user.id, found.password_hash, fields)
        await self._users.seen(found.user.id)
        return found.user

    async def account_of(self, phone: PhoneNumber) -> UUID | None:
        """Whose phone this is: for the audit and the operator, never for an answer to whoever asks."""
        found = await self._users.find_by_phone(self._phones.lookups(phone))
        return None if found is None else found.user.id

    async def verify_password(self, user_id: UUID, password: str) -> bool:
        """Whether it is this user's password, asked again before something that matters."""
        return await self._verify(await self._users.get(user_id), password)

    async def user(self, user_id: UUID) -> User:
        """Raises `UnknownUser`."""
        return (await self._get(user_id)).user

    async def phone_of(self, user_id: UUID) -> PhoneNumber:
        """Raises `UnknownUser`."""
        stored = await self._get(user_id)
        return self._phones.open(stored.phone_sealed, user_id, stored.pepper_id)

    async def mark_proven(self, user_id: UUID) -> None:
        """A Telegram login for the phone has succeeded: the phone is this person's."""
        await self._users.mark_proven(user_id)

    async def create_invite(self) -> str:
        return await self._invites.create()

    async def grant_admin(self, phone: PhoneNumber) -> bool:
        """Whether the phone has an account."""
        return await self._users.grant_admin(self._phones.lookups(phone))

    async def any(self) -> bool:
        """Whether anybody has registered yet."""
        return await self._users.any()

    async def _check_policy(self, invite: str | None) -> None:
        """Before the password is hashed; whether the invite is still there is decided when it is used."""
        if self._rules.registration == "closed":
            raise RegistrationClosed
        if self._rules.registration == "invite" and not (invite and await self._invites.usable(invite)):
            raise InviteNeeded

    async def _consume(self, invite: str | None) -> UUID | None:
        if self._rules.registration != "invite":
            return None
        used = await self._invites.consume(invite or "")
        if used is None:
            raise InviteNeeded
        return used

    async def _verify(self, found: StoredUser | None, password: str) -> bool:
        if found is None:
            return await self._passwords.verify(password, None, None)
        right = await self._passwords.verify(password, found.password_hash, found.pepper_id)
        return right and not found.user.disabled

    async def _peppered(self, user_id: UUID, phone: PhoneNumber, password: str) -> PepperedFields:
        hashed, pepper_id = await self._passwords.hash(password)
        return PepperedFields(
            phone_lookup=self._phones.lookup(phone),
            phone_sealed=self._phones.seal(phone, user_id),
            pepper_id=pepper_id,
            password_hash=hashed,
        )

    async def _get(self, user_id: UUID) -> StoredUser:
        stored = await self._users.get(user_id)
        if stored is None:
            raise UnknownUser("no such account")
        return stored
