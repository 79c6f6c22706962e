"""``python -m quart_app`` as its user sees it: what it prints, and the exit code."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import asyncpg
import pyotp
import pytest
from redis.asyncio import Redis

from quart_app.accounts.accounts import AccountRules, Accounts
from quart_app.accounts.passwords import Passwords
from quart_app.accounts.phone_sealer import PhoneSealer
from quart_app.accounts.second_factors import SecondFactors
from quart_app.command_line.run import welcome
from quart_app.settings import Secret, Settings, pepper_id
from quart_app.storage.database import Database
from quart_app.storage.keys import telegram_slot
from quart_app.telegram.vault import RecordId, Vault

ROOT = Path(__file__).resolve().parents[3]
PHONE = "+9996614321"
Command = Callable[..., subprocess.CompletedProcess[str]]


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """For a process of its own, with no setting of whoever runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    secrets = {"SECRET_KEY": "s" * 32, "PEPPER": "cGVwcGVyIG9mIHRoZSB0ZXN0cy0tLS0tLS0tLS0tLS0="}
    assert settings.pepper.reveal() == b"pepper of the tests".ljust(32, b"-")
    return {**kept, **secrets, "PYTHONPATH": str(ROOT), **more}


@pytest.fixture
def command(settings: Callable[..., Settings], tmp_path: Path) -> Command:
    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "quart_app", *arguments],
            env=environment(settings(), **more),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_check_passes_and_fails_by_exit_code(command: Command, tmp_path: Path) -> None:
    assert command("check").returncode == 0
    missing = command("check", PLUGINS="nowhere-to-be-found==1.0")
    assert missing.returncode == 1
    assert "nowhere-to-be-found" in missing.stderr
    (tmp_path / ".env").write_text("PORT=hunter2\nPLUGINS=hunter2\nREGISTRATION=open\n")
    wrong = command("check", REGISTRATION="hunter2")
    assert wrong.returncode == 1
    assert [name in wrong.stderr for name in ("PORT:", "PLUGINS:", "REGISTRATION:")] == [True] * 3
    assert "hunter2" not in wrong.stderr + wrong.stdout
    assert "Traceback" not in wrong.stderr


def test_plugins_list_names_the_built_in_commands(command: Command) -> None:
    listed = command("plugins", "list")
    assert listed.returncode == 0
    (line,) = [line for line in listed.stdout.splitlines() if "telegram-chat-manager" in line]
    assert line.startswith("ready")
    assert {"list,", "search,", "help,"} <= set(line.split())


@pytest.mark.parametrize("arguments", [[], ["plugins", "new"], ["admin"], ["dance"]])
def test_a_command_line_that_makes_no_sense_is_explained(command: Command, arguments: list[str]) -> None:
    answer = command(*arguments)
    assert answer.returncode == 2
    assert "usage" in answer.stderr


def test_migrate_says_where_the_database_is(command: Command, empty_database_url: str) -> None:
    first = command("migrate", DATABASE_URL=empty_database_url)
    assert first.returncode == 0
    assert re.fullmatch(r"The database is at revision \d{4}\.\n", first.stdout)


def test_a_database_that_is_away_is_said_in_a_sentence(command: Command) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"postgresql://u:hunter2@127.0.0.1:{closed.getsockname()[1]}/x"
        answer = command("migrate", DATABASE_URL=url)
    assert answer.returncode == 1
    assert answer.stderr == "The database does not answer; see DATABASE_URL.\n"


async def test_admin_works_beside_the_app(
    command: Command, database: Database, database_url: str, settings: Callable[..., Settings]
) -> None:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return command("admin", *arguments, DATABASE_URL=database_url, REGISTRATION="invite")

    own = settings()
    passwords = Passwords(own.peppers, own.pepper_id)
    phones = PhoneSealer(own.peppers, own.pepper_id)
    factors = SecondFactors(database, own.peppers, own.pepper_id)
    accounts = Accounts(database, passwords, phones, factors, AccountRules("invite", demo=True))
    phone = accounts.parse_phone(PHONE)
    unknown = await asyncio.to_thread(call, "grant", PHONE)
    assert (unknown.returncode, "register it first" in unknown.stderr) == (1, True)
    invite = (await asyncio.to_thread(call, "invite")).stdout.strip()
    await accounts.register(phone, f"a password {uuid4()}", invite)
    assert (await asyncio.to_thread(call, "grant", PHONE)).returncode == 0
    connection = await asyncpg.connect(database_url)
    assert await connection.fetchval("SELECT admin FROM users") is True
    await connection.close()
    audit = await asyncio.to_thread(call, "audit")
    assert [line.split()[2] for line in audit.stdout.splitlines()] == ["invite_made", "admin_granted"]
    of_one = await asyncio.to_thread(call, "audit", "--user", PHONE)
    (line,) = of_one.stdout.splitlines()
    assert "admin_granted" in line
    assert "(…21) by=command line" in line
    assert (await asyncio.to_thread(call, "audit", "--user", "+9996614399")).returncode == 1
    user = await accounts.account_of(phone)
    assert user is not None
    secret = await factors.begin(user, epoch=0)
    assert secret is not None
    assert await factors.confirm(user, pyotp.TOTP(secret).now())
    assert (await asyncio.to_thread(call, "second-factor-off", PHONE)).returncode == 0
    assert not (await factors.of(user)).on
    assert (await asyncio.to_thread(call, "second-factor-off", "+9996614399")).returncode == 1
    wrong = await asyncio.to_thread(call, "grant", "12")
    assert (wrong.returncode, PHONE in wrong.stderr) == (1, False)
    passwords.close()


async def test_check_counts_what_a_rotation_waits_for(
    command: Command, database: Database, database_url: str, redis: Redis, redis_url: str
) -> None:
    old, new = bytes(range(32)), b"pepper of the tests".ljust(32, b"-")
    previous = {"PEPPER_PREVIOUS": base64.b64encode(old).decode()}
    stores = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}

    async def check(**more: str) -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(command, "check", **stores, **more)

    async def put(pepper: bytes) -> None:
        await database.execute(
            "INSERT INTO users (id, phone_sealed, phone_tail, pepper_id, password_hash)"
            " VALUES (gen_random_uuid(), '', '01', :pepper, '')",
            {"pepper": pepper_id(pepper)},
        )

    identity = RecordId(uuid4(), uuid4(), 2_000_000_000)
    slot = Vault({pepper_id(old): old}, pepper_id(old)).wrap(b"s" * 32, b"k" * 32, identity)
    await put(old)
    await redis.hset(telegram_slot("x"), mapping={"slot": slot})
    wrong = await check()
    assert wrong.returncode == 1
    assert "not the one that this database was used with" in wrong.stderr
    for pepper in (old, new, new):
        await put(pepper)
    waiting = await check(**previous)
    assert waiting.returncode == 0
    assert "still needed by 2 of 4 accounts" in waiting.stdout
    assert "1 ways to open" in waiting.stdout
    await database.execute("UPDATE users SET pepper_id = :pepper", {"pepper": pepper_id(new)})
    assert "still needed by 0 of 4 accounts" in (await check(**previous)).stdout
    await redis.delete(telegram_slot("x"))
    assert "PEPPER_PREVIOUS may go" in (await check(**previous)).stdout
    assert "PEPPER" not in (await check()).stdout


def test_check_counts_nothing_where_the_database_is_away(command: Command) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        answer = command(
            "check", DATABASE_URL=f"postgresql://u:hunter2@127.0.0.1:{closed.getsockname()[1]}/x"
        )
    assert answer.returncode == 0
    assert "was not counted" in answer.stdout
    assert "hunter2" not in answer.stdout + answer.stderr


def test_check_speaks_of_the_previous_secret_key(command: Command, empty_database_url: str) -> None:
    answer = command("check", DATABASE_URL=empty_database_url, SECRET_KEY_PREVIOUS="o" * 32)
    assert "SECRET_KEY_PREVIOUS may go a day after" in answer.stdout


def test_the_welcome_says_where_and_what_to_type(settings: Callable[..., Settings]) -> None:
    demo = welcome(settings(public_url="http://localhost:9000"))
    for text in ("http://localhost:9000", "+99966DYYYY", "+9996620002", "demo"):
        assert text in demo
    real = welcome(settings(telegram_api=(1, Secret("x")), public_url="https://chat.example.org"))
    assert "https://chat.example.org" in real
    assert "+99966" not in real


def test_a_taken_port_is_said_before_anything_is_opened(command: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = command("run", PORT=str(taken.getsockname()[1]))
    assert answer.returncode == 1
    assert "HOST, PORT" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_the_demo_data_centre_runs_alone_until_a_signal(
    settings: Callable[..., Settings], tmp_path: Path
) -> None:
    script = (
        "import sys, pathlib; from quart_app.command_line import demo;"
        "sys.exit(demo.run('127.0.0.1', 0, directory=pathlib.Path(sys.argv[1])))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "var")],
        env=environment(settings(), DEMO_CHATS="10"),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        said = dict(process.stdout.readline().strip().split("=", 1) for _ in range(4))
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    read = Settings.from_environ(said, data_directory=tmp_path / "app")
    assert read.telegram_dc is not None
    assert (read.demo, read.telegram_dc.host) == (False, "127.0.0.1")
