"""Storms of guesses: limits hold exactly, and no answer tells whether a phone is registered."""

from __future__ import annotations

import asyncio
import re
from collections import Counter

import httpx
import pytest

from tests.product.devices import Devices
from tests.product.person import Crowd, Person
from tests.product.process import Product

GUESSES = 100


async def test_of_a_hundred_guesses_at_once_five_are_looked_at(
    product: Product, crowd: Crowd, devices: Devices
) -> None:
    person = crowd.person()
    program = devices.program(product, person)
    await program.register()
    body = {"phone": person.phone, "password": "a wrong long phrase"}
    answers = await asyncio.gather(*(program.call("POST", "/tokens", body) for _ in range(GUESSES)))
    assert Counter(answer.status_code for answer in answers) == {401: 5, 429: GUESSES - 5}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["code"] == "too_many"
    assert 1 <= refused.json()["retry_after"] <= 60
    assert refused.headers["Retry-After"] == str(refused.json()["retry_after"])
    assert (await program.call("POST", "/tokens", person.credentials)).status_code == 429, "the right one too"

    elsewhere = devices.program(product, Person(person.phone, "10.9.9.9"))
    await elsewhere.log_in()
    assert elsewhere.token, "the control: a stranger's guesses do not lock the owner out"


async def test_forms_and_api_share_the_limit(product: Product, crowd: Crowd, devices: Devices) -> None:
    person = crowd.person()
    program, browser = devices.program(product, person), devices.browser(product, person)
    wrong = {"phone": person.phone, "password": "a wrong long phrase"}
    for _ in range(3):
        assert (await program.call("POST", "/tokens", wrong)).status_code == 401
    for _ in range(2):
        page = await browser.fill_in("/login", **wrong)
        assert page.status_code == 401
        assert "Phone or password is not right." in page.text
    assert (await browser.fill_in("/login", **wrong)).status_code == 429
    assert (await program.call("POST", "/tokens", wrong)).status_code == 429


@pytest.fixture
async def known(product: Product, crowd: Crowd, devices: Devices) -> Person:
    person = crowd.person()
    await devices.program(product, person).register()
    return person


def looks(answer: httpx.Response) -> tuple[int, bytes, list[bytes]]:
    """All that an outsider sees of an answer but its time."""
    return answer.status_code, answer.content, [name for name, _ in answer.headers.raw]


async def test_no_answer_tells_whether_a_phone_is_registered(
    product: Product, crowd: Crowd, devices: Devices, known: Person
) -> None:
    unknown = crowd.person()
    outsider = devices.program(product, crowd.person())
    for path, password in (
        ("/tokens", "a wrong long phrase"),
        ("/accounts", "another long phrase"),
        ("/accounts", "short"),
    ):
        seen = [
            looks(await outsider.call("POST", path, {"phone": phone, "password": password}))
            for phone in (known.phone, unknown.phone)
        ]
        assert seen[0] == seen[1], path
    forms = devices.browser(product, crowd.person())
    for path in ("/login", "/register"):
        pages = []
        for phone in (known.phone, crowd.person().phone):
            page = await forms.fill_in(path, phone=phone, password="yet another phrase")
            pages.append((page.status_code, page.text.replace(phone, "PHONE")))
        assert pages[0] == pages[1], path
    control = [await outsider.call("POST", "/tokens", each) for each in (known.credentials, _wrong(known))]
    assert looks(control[0]) != looks(control[1]), "the control: a difference would be seen"


def _wrong(person: Person) -> dict[str, str]:
    return {"phone": person.phone, "password": "a wrong long phrase"}


async def test_registering_again_changes_nothing(product: Product, devices: Devices, known: Person) -> None:
    intruder = devices.program(product, Person(known.phone, "10.9.9.8", password="an intruder's phrase"))
    await intruder.register()
    answer = await intruder.call("POST", "/tokens", intruder.person.credentials)
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_credentials")
    owner = devices.program(product, known)
    await owner.log_in()
    assert owner.token


@pytest.mark.parametrize(
    ("phone", "password", "code"),
    [
        ("hello", "an honest long phrase", "bad_phone"),
        ("+1", "an honest long phrase", "bad_phone"),
        ("+9996640001", "an honest long phrase", "bad_phone"),
        ("0039123", "an honest long phrase", "bad_phone"),
        ("+9996610001", "short", "bad_password"),
        ("+9996610001", "password", "bad_password"),
        ("+9996610001", "+9996610001", "bad_password"),
    ],
)
async def test_what_is_no_phone_and_no_password_is_told(
    phone: str, password: str, code: str, product: Product, crowd: Crowd, devices: Devices
) -> None:
    outsider = devices.program(product, crowd.person())
    answer = await outsider.call("POST", "/accounts", {"phone": phone, "password": password})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert phone not in answer.json()["detail"]
    page = await devices.browser(product, crowd.person()).fill_in("/register", phone=phone, password=password)
    assert page.status_code == 400
    assert 'aria-invalid="true"' in page.text or "notice-danger" in page.text
    (field,) = re.findall(r'<input[^>]*type="password"[^>]*>', page.text)
    assert "value" not in field, "a password is never shown again"
