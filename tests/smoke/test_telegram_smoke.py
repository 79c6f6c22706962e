"""The walk of ``make smoke-telegram`` itself, here over the demo data centre; and what it says without credentials."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.product.telegram import Telegram, telegram_in_thread

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
TEST_FINGERPRINT = 0xB25898DF208D2603
"""Of the one key that Telegram's documentation gives for its test data centres."""


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telegram]:
    with telegram_in_thread(tmp_path_factory.mktemp("smoke")) as centre:
        yield centre


def smoke(**environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment}
    line = [sys.executable, "-m", "tests.smoke.telegram"]
    return subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_without_credentials_it_says_so() -> None:
    outcome = smoke()
    assert outcome.returncode == 2
    assert outcome.stdout.startswith("Not run: TELEGRAM_API_ID")


@pytest.mark.parametrize("phone", ["+9996620002", "+9996610077"])
def test_it_walks_all_the_way(phone: str, centre: Telegram) -> None:
    outcome = smoke(SMOKE_PHONE=phone, SMOKE_PASSWORD="demo", **centre.environment)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "list 5: 5 rows" in outcome.stdout
    assert "the session was ended at Telegram" in outcome.stdout
    assert centre.devices(phone) == []


def test_it_says_what_failed(centre: Telegram) -> None:
    centre.flood("messages.GetDialogs", 30)
    outcome = smoke(SMOKE_PHONE="+9996610078", **centre.environment)
    assert outcome.returncode == 1
    assert "FAILED: list 5: error (flood_wait: " in outcome.stdout
    assert centre.devices("+9996610078") == []


def test_it_tries_phones_of_its_own(centre: Telegram) -> None:
    outcome = smoke(**centre.environment)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_the_key_is_telegrams() -> None:
    key = load_pem_public_key((HERE / "telegram_test_dc2.pem").read_bytes())
    assert isinstance(key, RSAPublicKey)
    n, e = (
        number.to_bytes((number.bit_length() + 7) // 8, "big")
        for number in (key.public_numbers().n, key.public_numbers().e)
    )
    blob = b"\xfe" + len(n).to_bytes(3, "little") + n + bytes([len(e)]) + e
    assert int.from_bytes(sha1(blob).digest()[-8:], "little") == TEST_FINGERPRINT
