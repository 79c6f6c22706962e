"""What the outside sees of an installation: doors, TLS, headers, one worker for each user."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from quart_app.web.headers import STRICT_TRANSPORT
from tests.containers.stack import Stack
from tests.containers.tools import Tools


def test_health_over_tls_and_in_the_clear_on_loopback(stack: Stack) -> None:
    for answer in (stack.get("/health"), httpx.get(f"{stack.local}/health", trust_env=False)):
        assert answer.status_code == 200
        assert answer.json()["status"] == "ok"


@pytest.mark.parametrize("path", ["/", "/terminal?x=1", "/api/v1/commands"])
def test_what_is_in_the_clear_is_sent_to_tls(stack: Stack, path: str) -> None:
    for door in (stack.plain, stack.local):
        answer = httpx.get(f"{door}{path}", trust_env=False)
        assert answer.status_code == 308
        assert answer.headers["Location"] == f"{stack.url}{path}"


def test_pages_come_over_http2_with_one_strict_transport_header(stack: Stack) -> None:
    asked = stack.engine.run(
        ["curl", "-s", "-i", "--http2", "--cacert", str(stack.certificate), f"{stack.url}/login"]
    )
    head = asked.stdout.lower()
    assert head.startswith("http/2 200"), head[:200]
    assert re.findall(r"strict-transport-security: (.*?)\r?\n", head) == [STRICT_TRANSPORT.lower()]


def test_an_answer_of_the_fronts_own_is_strict_about_tls_as_well(stack: Stack) -> None:
    refused = stack.get("/metrics")
    assert refused.status_code == 404
    assert refused.headers["Strict-Transport-Security"] == STRICT_TRANSPORT


def test_only_static_files_are_compressed(stack: Stack) -> None:
    packed = stack.get("/static/css/base.css", **{"Accept-Encoding": "gzip"})
    page = stack.get("/login", **{"Accept-Encoding": "gzip"})
    assert packed.headers.get("Content-Encoding") == "gzip"
    assert "Content-Encoding" not in page.headers


def test_only_the_front_is_published(stack: Stack) -> None:
    published = {
        service: [port for one in stack.ids(service) for port in ports_of(stack, one)]
        for service in ("nginx", "backend", "redis", "postgres")
    }
    assert {service for service, ports in published.items() if ports} == {"nginx"}
    assert len(published["nginx"]) == 3


def ports_of(stack: Stack, container: str) -> list[str]:
    ports = stack.inspect(container)["NetworkSettings"]["Ports"] or {}
    return [each["HostPort"] for hosts in ports.values() for each in hosts or []]


def test_tls_is_as_strict_as_mozillas_intermediate(stack: Stack, programs: Tools) -> None:
    """The certificate is left out of it: one that signs itself can't pass."""
    place = urlsplit(stack.url).netloc
    scanned = programs.run("sslyze", "--mozilla_config=intermediate", place)
    report = scanned.stdout
    assert "certificate_path_validation" in report, report + scanned.stderr
    problems = re.findall(r"^\s+\* (\w+): ", report.partition("COMPLIANCE")[2], re.MULTILINE)
    assert set(problems) <= {"certificate_path_validation"}, report[-3000:]


def test_each_user_stays_with_one_worker_and_users_are_spread(stack: Stack) -> None:
    seen = {tag: {backend_of(stack, cookie=tag) for _ in range(4)} for tag in TAGS}
    assert all(len(backends) == 1 for backends in seen.values()), seen
    assert len(set.union(*seen.values())) == 3, seen


def test_a_token_leads_where_the_cookie_does(stack: Stack) -> None:
    for tag in TAGS[:6]:
        assert backend_of(stack, token=tag) == backend_of(stack, cookie=tag)


def test_a_new_replica_takes_its_share_and_moves_nobody_else(stack: Stack) -> None:
    before = {tag: backend_of(stack, cookie=tag) for tag in TAGS}
    stack.up("--no-recreate", "--scale", "backend=4")
    stack.wait_for_front(4)
    after = {tag: backend_of(stack, cookie=tag) for tag in TAGS}
    moved = [tag for tag in TAGS if before[tag] != after[tag]]
    assert 0 < len(moved) < len(TAGS) // 2
    assert {after[tag] for tag in moved} == set(after.values()) - set(before.values())
    stack.up("--no-recreate", "--scale", "backend=3")
    stack.wait_for_front(3)
    assert {tag: backend_of(stack, cookie=tag) for tag in TAGS} == before


TAGS = [f"{number * 0x9E3779B1 & 0xFFFFFFFF:08x}" for number in range(1, 25)]


def backend_of(stack: Stack, *, cookie: str = "", token: str = "") -> str:
    """Which replica answered, by the front's own log."""
    headers = {"Cookie": f"tcm_route={cookie}"} if cookie else {"Authorization": f"Bearer tcm_{token}_x"}
    mark = f"/health/{(cookie or token)}"
    before = len(lines_of(stack, mark))
    stack.get(mark, **headers)
    for _ in range(50):
        if len(lines := lines_of(stack, mark)) > before:
            return str(lines[-1]["backend"])
        time.sleep(0.1)
    raise AssertionError("the front has logged nothing")


def lines_of(stack: Stack, path: str) -> list[dict[str, Any]]:
    return [line for line in stack.access_log() if line["path"] == path]


def test_the_access_log_holds_no_secret_and_no_whole_address(stack: Stack) -> None:
    stack.get("/login?canary=in-the-query", Cookie="canary=in-a-cookie", Authorization="Bearer canary-token")
    stack.get("/downloads/canary-ticket")
    log = stack.log("nginx")
    assert '"/login"' in log
    assert "canary" not in log
    assert "127.0.0.1" not in log.replace('"backend":"127.0.0.1', "")


def test_a_spoofed_address_is_not_believed(stack: Stack) -> None:
    """Limits count the peer: the app's own for logging in would let other addresses go on."""
    answers = [stack_post(stack, f"198.51.100.{number}").status_code for number in range(31)]
    assert answers[0] == 401
    assert answers[-1] == 429


def stack_post(stack: Stack, claimed: str) -> httpx.Response:
    with httpx.Client(base_url=stack.url, verify=stack.tls(), trust_env=False, timeout=20) as client:
        return client.post(
            "/api/v1/tokens",
            json={"phone": "+999661" + claimed.replace(".", "")[-4:], "password": "not the password"},
            headers={"X-Forwarded-For": claimed, "X-Real-IP": claimed, "Forwarded": f"for={claimed}"},
        )
