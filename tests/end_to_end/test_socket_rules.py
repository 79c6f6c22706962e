"""The socket beyond single lines: cancelling, completing, bad frames, and how each misuse is answered."""

from __future__ import annotations

import asyncio

import pytest

from tests.product.caller import Program
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.terminal import Terminal


@pytest.fixture
async def newcomer(product: Product, crowd: Crowd, devices: Devices) -> Program:
    """Somebody who is logged in and has no session: for tests that use up a budget."""
    program = devices.program(product, crowd.person())
    await program.register()
    await program.log_in()
    return program


async def test_ping_and_completion(terminal: Terminal) -> None:
    assert set(await terminal.ask("ping", "pong")) == {"type", "id"}
    offered = await terminal.ask("complete", "completions", line="se", cursor=2)
    assert [item["text"] for item in offered["items"]] == ["search"]
    offered = await terminal.ask("complete", "completions", line="@scont", cursor=6)
    assert "@scontierrati" in [item["text"] for item in offered["items"]]


async def test_lines_typed_at_once_have_one_end_each_whatever_crosses(newcomer: Program) -> None:
    async with newcomer.terminal() as terminal:
        ids = [await terminal.begin("help | sort -text | json") for _ in range(5)]
        for run_id in ids[1:]:
            await terminal.send({"type": "cancel", "id": run_id})
        ends = [await terminal.end_of(run_id) for run_id in ids]
        assert ends[0].status == "ok"
        assert {end.status for end in ends[1:]} <= {"ok", "cancelled"}


async def test_a_frame_that_makes_no_sense_is_named_and_forgiven(terminal: Terminal) -> None:
    for text, reason in (
        ('{"type": ', "malformed_json"),
        ("[]", "not_an_object"),
        ('{"type": "dance"}', "unknown_type"),
        ('{"type": "run", "line": "list"}', "bad_id"),
        ('{"type": "ping", "id": 7}', "bad_id"),
        ("[" * 5000, "malformed_json"),
        ('{"type": "complete", "id": "c", "line": "se", "cursor": -1}', "bad_cursor"),
    ):
        before = len(terminal.frames)
        await terminal.send(text)
        notice = await terminal.next("notice", after=before, code="bad_frame")
        assert (notice["level"], notice["reason"]) == ("error", reason)
    assert (await terminal.run("list 1")).status == "ok"


async def test_a_run_that_can_not_be_read_ends_as_well(terminal: Terminal) -> None:
    await terminal.send({"type": "run", "id": "long", "line": "x" * 5000})
    answer = await terminal.end_of("long")
    assert (answer.error["code"], answer.error["reason"]) == ("bad_frame", "line_too_long")


async def test_binary_closes_with_1003(terminal: Terminal) -> None:
    await terminal.send(b'{"type": "ping", "id": "p"}')
    assert await terminal.close_code() == 1003


async def test_64_kib_pass_and_one_byte_more_closes_with_1009(resident: Program) -> None:
    async with resident.terminal() as terminal:
        await terminal.hello()
        await terminal.send(" " * 65_536)
        await terminal.next("notice", code="bad_frame")
        await terminal.send(" " * 65_537)
        assert await terminal.close_code() == 1009
    async with resident.terminal() as terminal:
        await terminal.hello()
        await terminal.send("é" * 32_769)
        assert await terminal.close_code() == 1009


async def test_the_twentieth_bad_frame_closes_with_1008(newcomer: Program) -> None:
    async with newcomer.terminal() as terminal:
        await terminal.hello()
        for _ in range(20):
            await terminal.send("{")
        assert await terminal.close_code() == 1008
        bad = [frame for frame in terminal.frames if frame.get("code") == "bad_frame"]
        assert len(bad) == 20
        assert terminal.frames[-1]["type"] == "goodbye"


async def test_a_storm_of_lines_is_slowed_down_and_each_has_its_end(newcomer: Program) -> None:
    async with newcomer.terminal() as terminal:
        await terminal.hello()
        ids = [await terminal.begin("help") for _ in range(60)]
        ends = await asyncio.gather(*(terminal.end_of(run_id) for run_id in ids))
        refused = [end for end in ends if end.status == "error"]
        assert refused
        assert {end.error["code"] for end in refused} == {"too_many"}
        assert {end.status for end in ends} == {"ok", "error"}


async def test_whoever_does_not_slow_down_is_closed_with_4429(newcomer: Program) -> None:
    async with newcomer.terminal() as terminal:
        await terminal.hello()
        ping = '{"type": "ping", "id": "p"}'
        for _ in range(600):
            if terminal.connection.close_code is not None:
                break
            await terminal.send(ping)
        assert await terminal.close_code() == 4429


async def test_commands_over_http_share_the_budget(newcomer: Program) -> None:
    answers = await asyncio.gather(*(newcomer.call("POST", "/commands", {"line": "help"}) for _ in range(50)))
    statuses = {answer.status_code for answer in answers}
    assert statuses == {200, 429}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["code"] == "too_many"
    assert refused.json()["retry_after"] >= 1
    assert refused.headers["Content-Type"] == "application/problem+json"


async def test_only_so_many_terminals_of_one_person(newcomer: Program) -> None:
    async with asyncio.TaskGroup() as tasks:
        leave = asyncio.Event()

        async def sit(codes: list[int]) -> None:
            async with newcomer.terminal() as terminal:
                if len(codes) < 10:
                    codes.append(0)
                    await terminal.hello()
                    opened.release()
                    await leave.wait()
                    return
                codes.append(await terminal.close_code())
                leave.set()

        opened, codes = asyncio.Semaphore(0), list[int]()
        for _ in range(10):
            tasks.create_task(sit(codes))
            await opened.acquire()
        tasks.create_task(sit(codes))
    assert codes[-1] == 4429


async def test_without_a_session_only_commands_of_telegram_say_so(newcomer: Program) -> None:
    async with newcomer.terminal() as terminal:
        assert (await terminal.hello())["session"] == {"state": "none", "expires_at": None}
        for line in ("list", "search offerte", "@scontierrati", "list | count"):
            assert (await terminal.run(line)).error["code"] == "session_needed"
        assert (await terminal.run("help")).status == "ok"
        assert (await terminal.run("clear")).status == "ok"
