"""What each container may do, seen from inside it."""

from __future__ import annotations

import re

import pytest

from tests.containers.stack import Stack

SERVICES = ("backend", "nginx", "redis", "postgres")
UIDS = {"backend": "10001", "nginx": "10003", "redis": "10002"}


@pytest.mark.parametrize("service", SERVICES)
def test_it_is_nobody_special(stack: Stack, service: str) -> None:
    """The first process itself, not one that was started beside it."""
    status = dict(
        line.split(":", 1) for line in stack.inside(service, "cat", "/proc/1/status").stdout.splitlines()
    )
    uids = set(status["Uid"].split())
    assert uids == {UIDS[service]} if service in UIDS else "0" not in uids
    for capabilities in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[capabilities], 16) == 0, capabilities
    assert status["NoNewPrivs"].strip() == "1"
    assert status["Seccomp"].strip() == "2"
    limits = stack.inside(service, "cat", "/proc/1/limits").stdout
    assert re.search(r"Max core file size\s+0\s+0\s", limits)


@pytest.mark.parametrize("service", SERVICES)
def test_its_root_is_read_only_and_its_tmp_runs_nothing(stack: Stack, service: str) -> None:
    assert "Read-only" in stack.inside(service, "touch", "/written", check=False).stderr
    mounts = stack.inside(service, "cat", "/proc/1/mounts").stdout
    (options,) = re.findall(r"^tmpfs /tmp tmpfs (\S+)", mounts, re.MULTILINE)
    assert {"noexec", "nosuid", "nodev"} <= set(options.split(","))


@pytest.mark.parametrize("service", SERVICES)
def test_it_has_bounds_and_no_swap(stack: Stack, service: str) -> None:
    host = stack.inspect(stack.ids(service)[0])["HostConfig"]
    assert host["Memory"] > 0
    assert host["MemorySwap"] == host["Memory"], "swap would put secrets on a disk"
    assert host["NanoCpus"] > 0
    assert host["PidsLimit"] > 0
    assert host["Privileged"] is False
    assert host["RestartPolicy"]["Name"] == "unless-stopped"


CAN_REACH = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 3).close()
except OSError as error:
    print(f"no: {error}")
else:
    print("yes")
"""


def test_the_backend_reaches_its_stores_and_telegram(stack: Stack) -> None:
    _, _, place = stack.environment["TELEGRAM_DC"].partition("@")
    host, _, port = place.rpartition(":")
    for name, number in (("redis", "6379"), ("postgres", "5432"), (host, port)):
        answer = stack.inside("backend", "python", "-c", CAN_REACH, name, number).stdout
        assert answer.strip() == "yes", (name, answer)


def test_only_the_backend_and_the_front_reach_what_is_outside(stack: Stack, outside: tuple[str, str]) -> None:
    """A host beyond this machine, to them: in a network namespace of its own."""
    assert [service for service in SERVICES if connected(stack, service, *outside)] == ["backend", "nginx"]


def connected(stack: Stack, service: str, host: str, port: str) -> bool:
    """By what every Debian has."""
    command = ("timeout", "3", "bash", "-c", f"exec 3<>/dev/tcp/{host}/{port}")
    return stack.inside(service, *command, check=False).returncode == 0


def test_stores_do_not_know_of_each_other_nor_the_front_of_them(stack: Stack) -> None:
    for service, other in (
        ("redis", "postgres"),
        ("postgres", "redis"),
        ("nginx", "redis"),
        ("nginx", "postgres"),
    ):
        assert stack.inside(service, "getent", "hosts", other, check=False).returncode != 0, (service, other)
    assert stack.inside("nginx", "getent", "hosts", "backend").returncode == 0


def test_each_container_has_its_own_secrets_and_no_other(stack: Stack) -> None:
    seen = {service: set(stack.inside(service, "ls", "/run/secrets").stdout.split()) for service in SERVICES}
    assert seen["nginx"] == {"certificate.pem", "private-key.pem"}
    assert seen["redis"] == {"users.acl"}
    assert seen["postgres"] == {"superuser_password", "owner_password", "backend_password"}
    assert {"secret_key", "pepper", "database_url", "redis_url"} <= seen["backend"]
    environment = stack.inspect(stack.ids("backend")[0])["Config"]["Env"]
    kept = [(stack.folder / "secrets" / "backend" / name).read_text().strip() for name in seen["backend"]]
    assert not [one for one in environment if any(secret in one for secret in kept)]


def test_the_secrets_are_closed_to_others_on_the_host(stack: Stack) -> None:
    folder = stack.folder / "secrets"
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.stat().st_uid for path in folder.rglob("*")} == {folder.stat().st_uid}


FORBIDDEN = (
    "CONFIG GET save", "SAVE", "BGSAVE", "DEBUG OBJECT x", "MONITOR", "KEYS *", "FLUSHALL", "SHUTDOWN",
    "ACL LIST", "CLIENT LIST", "REPLICAOF NO ONE", "MODULE LIST", "SCRIPT FLUSH", "FUNCTION LIST",
    "PUBLISH elsewhere x", "RANDOMKEY", "INFO",
)  # fmt: skip


@pytest.mark.parametrize("command", FORBIDDEN)
def test_redis_lets_the_app_do_no_such_thing(stack: Stack, command: str) -> None:
    assert re.search("NOPERM|ERR DEBUG command not allowed", as_backend(stack, command))


def test_redis_lets_the_app_do_its_work(stack: Stack) -> None:
    assert as_backend(stack, "SET worker:test 1 EX 5").strip() == "OK"
    assert as_backend(stack, "GET worker:test").strip() == "1"
    assert as_backend(stack, "EVAL return(1) 0").strip() == "1"


def test_redis_lets_nobody_in_without_a_password(stack: Stack) -> None:
    assert "NOAUTH" in stack.inside("redis", "redis-cli", "get", "worker:x", check=False).stdout
    health = stack.inside(
        "redis", "redis-cli", "--user", "health", "--pass", "x", "--no-auth-warning", "dbsize"
    )
    assert "NOPERM" in health.stdout


def test_redis_writes_nothing_anywhere(stack: Stack) -> None:
    said = as_user(stack, "operator", "redis_operator_password", "INFO persistence")
    assert "aof_enabled:0" in said
    assert re.search(r"rdb_changes_since_last_save:\d+", said)
    mounts = stack.inspect(stack.ids("redis")[0])["Mounts"]
    assert {one["Destination"] for one in mounts if one["RW"]} == set(), mounts


def as_backend(stack: Stack, command: str) -> str:
    return as_user(stack, "backend", "redis_backend_password", command)


def as_user(stack: Stack, user: str, password: str, command: str) -> str:
    secret = (stack.folder / "secrets" / "operator" / password).read_text().strip()
    asked = ["docker", "exec", "--env", f"REDISCLI_AUTH={secret}", stack.ids("redis")[0]]
    ended = stack.engine.run([*asked, "redis-cli", "--user", user, *command.split()], check=False)
    return ended.stdout + ended.stderr


def test_the_apps_role_changes_rows_but_no_table(stack: Stack) -> None:
    """Its passwords come over the network; the operator's ``psql`` stands in for it, in its role."""

    def ask(statement: str) -> str:
        command = f"SET ROLE tcm_backend; {statement}"
        ended = stack.inside("postgres", "psql", "-d", "telegram_chat_manager", "-c", command, check=False)
        return ended.stdout + ended.stderr

    assert "permission denied" in ask("CREATE TABLE mine (x int)")
    assert "must be owner" in ask("DROP TABLE users")
    assert "must be owner" in ask("ALTER TABLE users ADD COLUMN x int")
    assert "permission denied" in ask("COPY users TO PROGRAM 'id'")
    assert "0 rows" in ask("SELECT * FROM users WHERE false")
    assert "ERROR" not in ask("DELETE FROM users WHERE false")
