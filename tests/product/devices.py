"""The devices that one test uses, made for people and put away afterwards."""

from __future__ import annotations

from tests.product.caller import Browser, Caller, Program
from tests.product.person import Person
from tests.product.process import Product


class Devices:
    def __init__(self) -> None:
        self._made: list[Caller] = []

    def program(self, product: Product, person: Person, *, token: str = "") -> Program:
        program = Program(product.url, person)
        program.token = token
        self._made.append(program)
        return program

    def browser(self, product: Product, person: Person) -> Browser:
        browser = Browser(product.url, person)
        self._made.append(browser)
        return browser

    async def close(self) -> None:
        for each in self._made:
            await each.close()
