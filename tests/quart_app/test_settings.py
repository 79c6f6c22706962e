"""What the environment means, and that everything wrong with it is said at once and without its values."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from quart_app.configuration.known_applications import PUBLIC_API_IDS
from quart_app.settings import Secret, Settings, SettingsError

KEY = "k" * 31 + "!"
PEPPER = base64.b64encode(bytes(range(32))).decode()
API = {"TELEGRAM_API_ID": "123456", "TELEGRAM_API_HASH": "0123456789abcdef0123456789abcdef"}
OWN = {"SECRET_KEY": KEY, "PEPPER": PEPPER}
Read = Callable[..., Settings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def from_environ(environ: dict[str, str] | None = None, **more: str) -> Settings:
        return Settings.from_environ({**(environ or {}), **more}, data_directory=tmp_path / "var")

    return from_environ


@pytest.fixture
def refused(read: Read) -> Callable[..., set[str]]:
    """The names that are reported as wrong."""

    def names(environ: dict[str, str] | None = None, **more: str) -> set[str]:
        with pytest.raises(SettingsError) as caught:
            read(environ, **more)
        for value in {**(environ or {}), **more}.values():
            assert len(value) < 4 or value not in str(caught.value)
        return set(caught.value.names)

    return names


def pem(*, pkcs1: bool = True) -> str:
    key = rsa.generate_private_key(65537, 2048).public_key()
    form = PublicFormat.PKCS1 if pkcs1 else PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(Encoding.PEM, form).decode()


def test_nothing_set_is_the_demo(read: Read) -> None:
    settings = read()
    assert settings.demo
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8080, "http://localhost:8080")
    assert (settings.registration, settings.production, settings.debug) == ("open", True, False)
    assert (settings.demo_chats, settings.demo_seed) == (200, 1)
    assert (settings.database_url, settings.redis_url, settings.telegram_api) == (None, None, None)


def test_everything_set(read: Read, tmp_path: Path) -> None:
    (tmp_path / "dc.pem").write_text(pem())
    settings = read(
        {**OWN, **API},
        DATABASE_URL="postgresql://u:p@db/x",
        REDIS_URL="rediss://:p@cache:6380/1",
        SECRET_KEY_PREVIOUS="p" * 32,
        PEPPER_PREVIOUS=base64.urlsafe_b64encode(b"\xff" * 32).decode().rstrip("="),
        TELEGRAM_DC="2@127.0.0.1:4430",
        TELEGRAM_DC_KEY=str(tmp_path / "dc.pem"),
        HOST="::",
        PORT="9000",
        PUBLIC_URL="https://Chat.Example.org:443/",
        REGISTRATION="Closed",
        TRUSTED_PROXIES="10.0.0.0/8, ::1",
        METRICS_TOKEN="m",
        FLASK_ENV="development",
        DEBUG="1",
    )
    assert settings.telegram_dc is not None
    assert (settings.telegram_dc.id, settings.telegram_dc.port) == (2, 4430)
    assert settings.telegram_dc.public_key.startswith("-----BEGIN RSA PUBLIC KEY-----")
    assert not settings.demo
    assert (settings.public_url, settings.secure_cookies) == ("https://chat.example.org", True)
    assert settings.allowed_origins == {"https://chat.example.org"}
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    assert (settings.registration, settings.debug, settings.host) == ("closed", True, "::")
    assert list(settings.peppers.values()) == [bytes(range(32)), b"\xff" * 32]
    assert next(iter(settings.peppers)) == settings.pepper_id


def test_registration_needs_an_invite_at_the_real_telegram(read: Read) -> None:
    settings = read(API)
    assert (settings.registration, settings.demo) == ("invite", False)
    assert settings.telegram_api is not None
    assert (settings.telegram_api[0], settings.telegram_api[1].reveal_text()) == (
        123456,
        API["TELEGRAM_API_HASH"],
    )


def test_all_that_is_wrong_is_said_at_once(refused: Callable[..., set[str]]) -> None:
    assert refused(
        DATABASE_URL="mysql://hunter2@x",
        REDIS_URL="http://hunter2",
        SECRET_KEY="hunter2",
        PEPPER="hunter2!",
        PEPPER_PREVIOUS=PEPPER[:20],
        TELEGRAM_API_ID="94575",
        TELEGRAM_API_HASH="hunter2",
        TELEGRAM_DC="hunter2",
        TELEGRAM_DC_KEY="/hunter2",
        HOST="hunter 2",
        PORT="65536",
        PUBLIC_URL="https://example.org/hunter2",
        REGISTRATION="hunter2",
        TRUSTED_PROXIES="10.0.0.0/33",
        FLASK_ENV="hunter2",
        DEBUG="hunter2",
        DEMO_CHATS="9",
        DEMO_SEED="-1",
    ) == {
        *(
            "DATABASE_URL",
            "REDIS_URL",
            "SECRET_KEY",
            "PEPPER",
            "PEPPER_PREVIOUS",
            "TELEGRAM_API_ID",
            "TELEGRAM_DC",
        ),
        *(
            "TELEGRAM_DC_KEY",
            "HOST",
            "PORT",
            "PUBLIC_URL",
            "REGISTRATION",
            "TRUSTED_PROXIES",
            "FLASK_ENV",
            "DEBUG",
        ),
        *("DEMO_CHATS", "DEMO_SEED"),
    }


@pytest.mark.parametrize("api_id", sorted(PUBLIC_API_IDS))
def test_published_api_ids_are_refused(refused: Callable[..., set[str]], api_id: int) -> None:
    assert refused(API, TELEGRAM_API_ID=str(api_id)) == {"TELEGRAM_API_ID"}


@pytest.mark.parametrize(
    ("environ", "wrong"),
    [
        ({"TELEGRAM_API_ID": "123456"}, {"TELEGRAM_API_HASH"}),
        ({"TELEGRAM_API_HASH": API["TELEGRAM_API_HASH"]}, {"TELEGRAM_API_ID"}),
        ({"TELEGRAM_API_ID": "x", "TELEGRAM_API_HASH": API["TELEGRAM_API_HASH"]}, {"TELEGRAM_API_ID"}),
        ({**API, "TELEGRAM_API_HASH": "short"}, {"TELEGRAM_API_HASH"}),
        ({"TELEGRAM_DC": "2@h:1"}, {"TELEGRAM_DC_KEY", "TELEGRAM_API_ID", "TELEGRAM_API_HASH"}),
        ({**API, "TELEGRAM_DC": "2@h:1"}, {"TELEGRAM_DC_KEY"}),
        ({"DEBUG": "1"}, {"DEBUG"}),
        ({"DATABASE_URL": "postgresql://x/y"}, {"SECRET_KEY", "PEPPER"}),
        ({**OWN, "PEPPER_PREVIOUS": PEPPER}, {"PEPPER"}),
        ({"DATABASE_URL": "postgresql://x:port/y", **OWN}, {"DATABASE_URL"}),
        ({"SECRET_KEY": "please-change-me-" * 3}, {"SECRET_KEY"}),
    ],
)
def test_what_does_not_go_together(
    refused: Callable[..., set[str]], environ: dict[str, str], wrong: set[str]
) -> None:
    assert refused(environ) == wrong


@pytest.mark.parametrize(
    "url",
    [
        "chat.invalid",
        "ftp://example.org",
        "http://",
        "http://u:p@example.org",
        "http://example.org?x",
        "http://example.org#x",
        "http://a b",
        "http://example.org:99999",
        "http://[::1",
        "http://one.example,http://two.example",
    ],
)
def test_a_public_url_is_one_origin(refused: Callable[..., set[str]], url: str) -> None:
    assert refused(PUBLIC_URL=url) == {"PUBLIC_URL"}


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
def test_on_loopback_its_other_names_are_allowed_at_that_port_only(read: Read, name: str) -> None:
    allowed = read(PUBLIC_URL=f"http://{name}:9000").allowed_origins
    assert allowed == {"http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000"}
    assert read(PUBLIC_URL="http://192.0.2.1:9000").allowed_origins == {"http://192.0.2.1:9000"}


def test_secrets_are_made_once_whatever_redis_url_is(read: Read, tmp_path: Path) -> None:
    first = read()
    assert read(REDIS_URL="redis://x").secret_key.reveal() == first.secret_key.reveal()
    assert read().peppers == first.peppers
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    for name in ("secret_key", "pepper"):
        assert (tmp_path / "var" / name).stat().st_mode & 0o777 == 0o600
    assert {path.name for path in (tmp_path / "var").iterdir()} == {"pepper", "secret_key"}


def test_a_data_directory_that_stood_open_is_closed(read: Read, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o755)
    read()
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_a_start_that_fails_writes_nothing(refused: Callable[..., set[str]], tmp_path: Path) -> None:
    assert refused(PORT="x") == {"PORT"}
    assert not (tmp_path / "var").exists()


def test_what_was_given_is_not_written(read: Read, tmp_path: Path) -> None:
    read(OWN, DATABASE_URL="postgresql://x/y")
    assert not (tmp_path / "var").exists()


def test_a_kept_secret_that_was_damaged_is_not_replaced(
    read: Read, refused: Callable[..., set[str]], tmp_path: Path
) -> None:
    read()
    (tmp_path / "var" / "pepper").write_text("damaged")
    assert refused() == {"PEPPER"}
    assert (tmp_path / "var" / "pepper").read_text() == "damaged"


def test_a_value_may_stand_in_a_file(read: Read, refused: Callable[..., set[str]], tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{KEY}\n")
    (tmp_path / "key.pem").write_text(pem(pkcs1=False))
    settings = read(
        API,
        SECRET_KEY_FILE=str(tmp_path / "secret"),
        TELEGRAM_DC="1@dc.example:443",
        TELEGRAM_DC_KEY_FILE=str(tmp_path / "key.pem"),
    )
    assert settings.secret_key.reveal() == KEY.encode()
    assert settings.telegram_dc is not None
    assert "BEGIN RSA PUBLIC KEY" in settings.telegram_dc.public_key
    assert refused(SECRET_KEY=KEY, SECRET_KEY_FILE=str(tmp_path / "secret")) == {"SECRET_KEY"}
    assert refused(PORT_FILE=str(tmp_path / "none")) == {"PORT_FILE"}
    (tmp_path / "empty").touch()
    (tmp_path / "huge").write_bytes(b"1" * 70_000)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for name in ("empty", "huge", "binary"):
        assert refused(SECRET_KEY_FILE=str(tmp_path / name)) == {"SECRET_KEY_FILE"}


def test_a_key_that_is_not_rsa_is_refused(refused: Callable[..., set[str]]) -> None:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    elliptic = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for text in (elliptic, "-----BEGIN RSA PUBLIC KEY-----\nx\n-----END RSA PUBLIC KEY-----"):
        assert refused(API, TELEGRAM_DC="1@h:1", TELEGRAM_DC_KEY=text) == {"TELEGRAM_DC_KEY"}


def test_an_empty_variable_counts_as_unset(read: Read) -> None:
    assert read(DATABASE_URL="", TELEGRAM_API_ID=" ", PORT="").demo


def test_secrets_do_not_show(read: Read) -> None:
    settings = read(OWN, DATABASE_URL="postgresql://u:hunter2@x/y", REDIS_URL="redis://:hunter2@x")
    for text in (repr(settings), str(settings)):
        assert KEY not in text
        assert "hunter2" not in text
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hunter2"))
