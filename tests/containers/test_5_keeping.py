"""What has to outlive a machine: a backup that is restored elsewhere, and secrets that are changed."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.containers.engine import Engine
from tests.containers.stack import Stack
from tests.containers.tools import Tools
from tests.product.caller import Program
from tests.product.person import Crowd, Person
from tests.product.telegram import Telegram

DUMP = ("pg_dump", "--format=custom", "telegram_chat_manager")
RESTORE = ("pg_restore", "--clean", "--if-exists", "--exit-on-error", "--dbname=telegram_chat_manager")


@pytest.fixture
async def member(stack: Stack, crowd: Crowd) -> AsyncIterator[Program]:
    """Has an account, and no session."""
    program = Program(stack.url, crowd.person(), tls=stack.tls())
    try:
        invite = stack.inside("backend", "python", "-m", "quart_app", "admin", "invite").stdout.strip()
        await program.asked("POST", "/accounts", {**program.person.credentials, "invite": invite})
        yield program
    finally:
        await program.close()


@pytest.fixture
def elsewhere(engine: Engine, programs: Tools, ground: Path, stack: Stack) -> Iterator[Stack]:
    """Another machine with the same files, no database yet."""
    folder = Path(tempfile.mkdtemp(prefix="elsewhere-", dir=ground))
    made = Stack(engine, programs, folder, stack.environment)
    try:
        yield made
    finally:
        made.down()


async def test_a_backup_is_restored_elsewhere_and_its_people_log_in(
    stack: Stack, elsewhere: Stack, member: Program
) -> None:
    """As docs/OPERATIONS.md says: the dump and the folder of secrets are all there is."""
    dump = stack.folder / "backup.dump"
    (postgres,) = stack.ids("postgres")
    with dump.open("wb") as file:
        copy(stack.engine, ["exec", postgres, *DUMP], output=file)
    stack.engine.run(["cp", "-a", f"{stack.folder}/secrets/.", str(elsewhere.folder / "secrets")])
    await asyncio.to_thread(elsewhere.up, "postgres", "redis")
    (other,) = elsewhere.ids("postgres")
    with dump.open("rb") as file:
        stack.engine.docker("exec", "--interactive", other, *RESTORE, stdin=file)
    await asyncio.to_thread(elsewhere.up)
    assert await logs_in(elsewhere, member.person)


async def test_what_is_restored_without_its_pepper_lets_nobody_in(
    stack: Stack, elsewhere: Stack, member: Program
) -> None:
    """The control: the secrets belong to the backup."""
    (postgres,) = stack.ids("postgres")
    await asyncio.to_thread(elsewhere.up, "postgres", "redis")
    (other,) = elsewhere.ids("postgres")
    dump = stack.folder / "without.dump"
    with dump.open("wb") as file:
        copy(stack.engine, ["exec", postgres, *DUMP], output=file)
    with dump.open("rb") as file:
        stack.engine.docker("exec", "--interactive", other, *RESTORE, stdin=file)
    await asyncio.to_thread(elsewhere.up)
    assert not await logs_in(elsewhere, member.person)


async def test_a_new_pepper_keeps_everybody(
    stack: Stack, member: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.compose("run", "--rm", "--no-deps", "secrets", "python", "-m", "quart_app", "secrets", "--rotate", "pepper",
                  "/secrets")  # fmt: skip
    previous = "/run/secrets/pepper_previous"
    monkeypatch.setitem(stack.environment, "PEPPER_PREVIOUS_FILE", previous)
    await asyncio.to_thread(stack.up, "--scale", "backend=3")
    await asyncio.to_thread(stack.wait_for_front, 3)
    assert await logs_in(stack, member.person)


async def logs_in(stack: Stack, person: Person) -> bool:
    program = Program(stack.url, person, tls=stack.tls())
    try:
        return (await program.call("POST", "/tokens", person.credentials)).status_code == 201
    finally:
        await program.close()


def copy(engine: Engine, arguments: list[str], output: Any) -> None:
    subprocess.run(["docker", *arguments], env=engine.environment, stdout=output, check=True)


def test_nothing_of_a_login_is_in_the_dump(stack: Stack, telegram: Telegram, member: Program) -> None:
    (postgres,) = stack.ids("postgres")
    plain = stack.engine.docker("exec", postgres, "pg_dump", "telegram_chat_manager")
    digits = member.person.phone.removeprefix("+")
    assert "CREATE TABLE" in plain
    assert digits not in plain
    assert member.person.password not in plain
