"""Registering, logging in and what an account may be asked: without saying which phones are registered."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from quart_app.accounts.errors import InviteNeeded, RegistrationClosed, UnknownUser
from quart_app.accounts.invites import InviteRepository
from quart_app.accounts.password_rules import check_new_password
from quart_app.accounts.passwords import Passwords
from quart_app.accounts.phone_sealer import PhoneSealer
from quart_app.accounts.phones import PhoneNumber, parse_phone
from quart_app.accounts.policies import Policies, Registration
from quart_app.accounts.repository import PepperedFields, StoredUser, UserRepository
from quart_app.accounts.second_factors import SecondFactors
from quart_app.accounts.user import User
from quart_app.storage.database import Database


@dataclass(frozen=True, slots=True)
class AccountRules:
    """Who may register, and with which phones."""

    registration: Registration
    """Unless an administrator has said otherwise."""
    demo: bool = False
    """The demo data centre's test numbers count as phones."""
    any_phone: bool = False
    """Any E.164 digits do: Telegram is another server, with numbers of its own."""


class Accounts:
    """Every method raises `StorageUnavailable` when PostgreSQL is away, and those that hash, `Busy`."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        phones: PhoneSealer,
        second_factors: SecondFactors,
        rules: AccountRules,
    ) -> None:
        self._database = database
        self._users = UserRepository(database)
        self._invites = InviteRepository(database)
        self._passwords = passwords
        self._phones = phones
        self.second_factors = second_factors
        self._rules = rules
        self.policies = Policies(database, rules.registration)

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
        mode = await self._check_policy(invite)
        check_new_password(password, phone)
        user_id = uuid4()
        fields = await self._peppered(user_id, phone, password)
        async with self._database.transaction():
            used = await self._consume(invite, mode)
            new = await self._insert(user_id, phone, fields)
            if used is not None and new:
                await self._invites.note_user(used, user_id)
        return new

    async def _insert(self, user_id: UUID, phone: PhoneNumber, fields: PepperedFields) -> bool:
        """In a transaction. Under each pepper in force the phone must be new: else another worker, which knows but one
        of them, could let it in a second time.
        """
        lookups = self._phones.lookups(phone)
        await self._users.insert(user_id, phone.tail, fields)
        if await self._users.insert_lookups(user_id, lookups) == len(lookups):
            return True
        await self._users.delete(user_id)
        return False

    async def authenticate(self, phone: PhoneNumber, password: str) -> User | None:
        """Whose password this is; ``None`` for a wrong one, an unknown phone or a disabled account, all alike.

        The second factor is still to be asked for, if the account has one.
        """
        found = await self._users.find_by_phone(list(self._phones.lookups(phone).values()))
        if not await self._verify(found, password) or found is None:
            return None
        if self._passwords.outdated(found.password_hash, found.pepper_id):
            await self._rekey(found, phone, password)
        await self._users.seen(found.user.id)
        return found.user

    async def _rekey(self, found: StoredUser, phone: PhoneNumber, password: str) -> None:
        fields = await self._peppered(found.user.id, phone, password)
        async with self._database.transaction():
            if await self._users.rekey(found.user.id, found.password_hash, fields):
                await self._users.insert_lookups(found.user.id, self._phones.lookups(phone))

    async def account_of(self, phone: PhoneNumber) -> UUID | None:
        """Whose phone this is: for the audit and the operator, never for an answer to whoever asks."""
        found = await self._users.find_by_phone(list(self._phones.lookups(phone).values()))
        return None if found is None else found.user.id

    async def verify_password(self, user_id: UUID, password: str) -> User | None:
        """The user, if it is this one's password: asked again before something that matters."""
        stored = await self._users.get(user_id)
        return stored.user if await self._verify(stored, password) and stored is not None else None

    async def check_new_password(self, user: User, password: str) -> None:
        """Raises `BadPassword`."""
        check_new_password(password, await self.phone_of(user.id))

    async def change_password(self, user: User, password: str) -> bool:
        """By somebody who has just shown the old one. False if it was changed meanwhile. Raises `BadPassword`."""
        phone = await self.phone_of(user.id)
        check_new_password(password, phone)
        fields = await self._peppered(user.id, phone, password)
        async with self._database.transaction():
            if not await self._users.replace_password(user.id, fields, epoch=user.epoch):
                return False
            await self._users.insert_lookups(user.id, self._phones.lookups(phone))
        return True

    async def recover(self, phone: PhoneNumber, password: str, invite: str | None = None) -> UUID:
        """A new password by a Telegram login for the phone that has just succeeded; an account, if it had none.

        Whoever had registered the phone without ever showing that it is theirs loses the account, second factor
        included. Raises `RegistrationClosed`, `InviteNeeded`, `BadPassword`.
        """
        check_new_password(password, phone)
        while (user_id := await self.account_of(phone)) is None:
            await self.register(phone, password, invite)
        fields = await self._peppered(user_id, phone, password)
        async with self._database.transaction():
            if await self._users.recover(user_id, fields):
                await self.second_factors.remove(user_id)
            await self._users.insert_lookups(user_id, self._phones.lookups(phone))
            await self._users.mark_proven(user_id)
        return user_id

    async def end_epoch(self, user_id: UUID) -> None:
        """From here on no log-in that is under way comes to anything."""
        await self._users.next_epoch(user_id)

    async def still(self, user: User) -> bool:
        """Whether a log-in that began with ``user`` may end well: to be asked once its sign-in is open."""
        now = await self._users.get(user.id)
        return now is not None and now.user.epoch == user.epoch and not now.user.disabled

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

    async def delete(self, user_id: UUID) -> bool:
        """All that the database holds of an account. Whether there was one."""
        return await self._users.delete(user_id)

    async def create_invite(self) -> str:
        return await self._invites.create()

    async def grant_admin(self, phone: PhoneNumber) -> bool:
        """Whether the phone has an account."""
        user_id = await self.account_of(phone)
        return user_id is not None and await self._users.grant_admin(user_id)

    async def any(self) -> bool:
        """Whether anybody has registered yet."""
        return await self._users.any()

    async def _check_policy(self, invite: str | None) -> Registration:
        """Before the password is hashed; whether the invite is still there is decided when it is used."""
        mode = await self.policies.refresh()
        if mode == "closed":
            raise RegistrationClosed
        if mode == "invite" and not (invite and await self._invites.usable(invite)):
            raise InviteNeeded
        return mode

    async def _consume(self, invite: str | None, mode: Registration) -> UUID | None:
        if mode != "invite":
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
            phone_sealed=self._phones.seal(phone, user_id), pepper_id=pepper_id, password_hash=hashed
        )

    async def _get(self, user_id: UUID) -> StoredUser:
        stored = await self._users.get(user_id)
        if stored is None:
            raise UnknownUser("no such account")
        return stored
