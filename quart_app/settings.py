"""What the installation is told from outside: one frozen value, read once at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, cast

from quart_app.configuration import parsing
from quart_app.configuration.environment import Environment
from quart_app.configuration.own_secrets import pepper_id, read_secrets
from quart_app.configuration.parsing import Network
from quart_app.configuration.telegram import read_application, read_data_centre
from quart_app.configuration.values import DataCentre, Problem, Secret, SettingsError

__all__ = [
    "DataCentre",
    "Problem",
    "Registration",
    "Secret",
    "Settings",
    "SettingsError",
    "pepper_id",
    "read_settings",
]

Registration = Literal["open", "invite", "closed"]
DATA_DIRECTORY: Final = Path(__file__).resolve().parents[1] / "var"
DEMO_CHATS: Final = (10, 10_000)
MAX_SEED: Final = 2**63 - 1
MAX_AUDIT_DAYS: Final = 36_500


@dataclass(frozen=True, kw_only=True)
class Settings:
    database_url: str | None = field(default=None, repr=False)
    """None: embedded PostgreSQL."""
    redis_url: str | None = field(default=None, repr=False)
    """None: in-process, one worker."""
    secret_key: Secret
    secret_key_previous: Secret | None = None
    pepper: Secret
    """32 bytes."""
    pepper_previous: Secret | None = None
    telegram_api: tuple[int, Secret] | None = None
    """API id and hash; None: the demo data centre."""
    telegram_dc: DataCentre | None = None
    """None: Telegram's production."""
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = "http://localhost:8080"
    """One origin, as browsers write it."""
    registration: Registration = "invite"
    trusted_proxies: tuple[Network, ...] = ()
    metrics_token: Secret | None = None
    audit_days: int = 365
    """How long the audit log is kept; 0: for as long as the account."""
    admin_second_factor: Literal["required", "optional"] = "optional"
    """Whether an administrator without a second factor may administer."""
    plugins: str = ""
    plugin_grants: str = ""
    production: bool = True
    debug: bool = False
    demo_chats: int = 200
    demo_seed: int = 1
    data_directory: Path = DATA_DIRECTORY

    @property
    def demo(self) -> bool:
        """Whether the demo data centre answers instead of Telegram."""
        return self.telegram_api is None and self.telegram_dc is None

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https:")

    @property
    def allowed_origins(self) -> frozenset[str]:
        """The public URL and, where that is loopback, its other names at the same port."""
        return parsing.same_origins(self.public_url)

    @property
    def pepper_id(self) -> int:
        return pepper_id(self.pepper.reveal())

    @property
    def peppers(self) -> dict[int, bytes]:
        """Every pepper in force by its id (1 to 255), the current one first."""
        both = [self.pepper] if self.pepper_previous is None else [self.pepper, self.pepper_previous]
        return {pepper_id(one.reveal()): one.reveal() for one in both}

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], *, data_directory: Path = DATA_DIRECTORY) -> Settings:
        """Raises SettingsError, which names all that is wrong. May make secrets in ``data_directory``."""
        return read_settings(Environment(environ), data_directory)


def read_settings(env: Environment, data_directory: Path) -> Settings:
    telegram_dc = read_data_centre(env)
    telegram_api = read_application(env, needed=env.is_set("TELEGRAM_DC"))
    demo = telegram_api is None and telegram_dc is None
    port = env.integer("PORT", default=8080, low=0, high=65_535)
    production = env.choice("FLASK_ENV", ("production", "development"), "production") == "production"
    debug = env.flag("DEBUG", default=False)
    if production and debug:
        env.refuse("DEBUG", "is refused in production; set FLASK_ENV=development")
    database_url = env.parsed("DATABASE_URL", parsing.database_url, None)
    redis_url = env.parsed("REDIS_URL", parsing.redis_url, None)
    metrics_token = env.text("METRICS_TOKEN")
    host = env.parsed("HOST", parsing.host, "127.0.0.1")
    public_url = env.parsed("PUBLIC_URL", parsing.origin, f"http://localhost:{port}")
    registration = env.choice("REGISTRATION", ("open", "invite", "closed"), "open" if demo else "invite")
    trusted_proxies = env.parsed("TRUSTED_PROXIES", parsing.networks, parsing.NO_NETWORKS)
    audit_days = env.integer("AUDIT_DAYS", default=365, low=0, high=MAX_AUDIT_DAYS)
    admin_second_factor = env.choice("ADMIN_SECOND_FACTOR", ("required", "optional"), "optional")
    plugins, plugin_grants = env.text("PLUGINS") or "", env.text("PLUGIN_GRANTS") or ""
    demo_chats, demo_seed = read_demo_world(env)
    secrets = read_secrets(env, data_directory, may_generate=not env.is_set("DATABASE_URL"))
    env.finish()
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key=Secret(secrets["SECRET_KEY"]),
        secret_key_previous=_optional(secrets.get("SECRET_KEY_PREVIOUS")),
        pepper=Secret(secrets["PEPPER"]),
        pepper_previous=_optional(secrets.get("PEPPER_PREVIOUS")),
        telegram_api=telegram_api,
        telegram_dc=telegram_dc,
        host=host,
        port=port,
        public_url=public_url,
        registration=cast(Registration, registration),
        trusted_proxies=trusted_proxies,
        metrics_token=_optional(metrics_token),
        audit_days=audit_days,
        admin_second_factor=cast(Literal["required", "optional"], admin_second_factor),
        plugins=plugins,
        plugin_grants=plugin_grants,
        production=production,
        debug=debug,
        demo_chats=demo_chats,
        demo_seed=demo_seed,
        data_directory=data_directory,
    )


def read_demo_world(env: Environment) -> tuple[int, int]:
    """DEMO_CHATS and DEMO_SEED."""
    chats = env.integer("DEMO_CHATS", default=200, low=DEMO_CHATS[0], high=DEMO_CHATS[1])
    return chats, env.integer("DEMO_SEED", default=1, low=0, high=MAX_SEED)


def _optional(value: bytes | str | None) -> Secret | None:
    return None if value is None else Secret(value)
