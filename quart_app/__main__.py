"""``python -m quart_app``: which command, with which arguments, and what its failures look like."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from plugins.errors import PluginError
from quart_app.command_line.leaving import leave
from quart_app.command_line.speech import complain
from quart_app.embedded.errors import EmbeddedError
from quart_app.settings import SettingsError
from quart_app.storage.errors import StorageUnavailable
from quart_app.version import VERSION

DEMO_PORT = 4430


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0, 1 for what the operator can mend, 2 for a command line that makes no sense."""
    options = parser().parse_args(arguments)
    try:
        return int(COMMANDS[options.command](options))
    except SettingsError as error:
        complain("These settings can't be used:")
        for problem in error.problems:
            complain(f"  {problem}")
    except (EmbeddedError, PluginError) as error:
        complain(str(error))
    except StorageUnavailable:
        complain("The database does not answer; see DATABASE_URL.")
    except OSError as error:
        complain(f"It can't listen where it should (HOST, PORT): {error.strerror or 'refused'}.")
    except KeyboardInterrupt:
        return 130
    return 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m quart_app", description="Unofficial Telegram Chat Manager")
    top.add_argument("--version", action="version", version=VERSION)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="serve the app")
    commands.add_parser("migrate", help="bring the database up to date (every start does)")
    commands.add_parser("check", help="validate settings and plugins; exit code 0 or 1")
    admin = commands.add_parser("admin", help="administrators and invites").add_subparsers(
        dest="task", required=True, metavar="TASK"
    )
    grant = admin.add_parser("grant", help="make the account of a phone an administrator")
    grant.add_argument("phone", metavar="PHONE")
    admin.add_parser("invite", help="print an invite, good for one registration within a week")
    off = admin.add_parser("second-factor-off", help="take the second factor from the account of a phone")
    off.add_argument("phone", metavar="PHONE")
    audit = admin.add_parser("audit", help="show who did what when")
    audit.add_argument("--user", metavar="PHONE", help="of one account, by its phone or its id")
    audit.add_argument("--days", type=int, help="of so many days back only")
    audit.add_argument("--most", type=int, default=200, help="so many lines at most, the newest (200)")
    listing = commands.add_parser("plugins", help="list plugins, begin one, pin one").add_subparsers(
        dest="task", required=True, metavar="TASK"
    )
    listing.add_parser("list", help="installed plugins, and whether they are admitted")
    new = listing.add_parser("new", help="make a package with one command, to begin with")
    new.add_argument("name", metavar="NAME", help="of the package and of its command: a-z, 0-9 and dashes")
    pin = listing.add_parser("hash", help="what PLUGINS must say to allow these very files")
    pin.add_argument(
        "name", metavar="NAME", nargs="?", help="of one installed plugin; all of them unless given"
    )
    demo = commands.add_parser("demo", help="run the demo data centre alone")
    demo.add_argument("--host", default="127.0.0.1")
    demo.add_argument(
        "--port", type=int, default=DEMO_PORT, help=f"{DEMO_PORT} unless given; 0 for any free one"
    )
    demo.add_argument(
        "--control", type=int, metavar="PORT", help="let tests drive it there; off unless given"
    )
    demo.add_argument(
        "--data-centres", type=int, default=1, choices=range(1, 6), metavar="N", help="1 to 5 of them; 1"
    )
    demo.add_argument("--strict", action="store_true", help="FLOOD_WAIT as soon as it may come at Telegram")
    demo.add_argument("--directory", type=Path, help="where its key is kept; var/ unless given")
    secrets = commands.add_parser("secrets", help="make the files that containers read their secrets from")
    secrets.add_argument("directory", type=Path, metavar="DIRECTORY")
    secrets.add_argument(
        "--rotate", choices=("secret_key", "pepper"), help="make this one anew, and keep it as NAME_previous"
    )
    return top


# Each command imports what it needs when it runs: a wrong setting is said within a blink.
def _run(_: argparse.Namespace) -> int:
    from quart_app.command_line import run

    return run.run()


def _migrate(_: argparse.Namespace) -> int:
    from quart_app.command_line import migrate

    return migrate.run()


def _check(_: argparse.Namespace) -> int:
    from quart_app.command_line import check

    return check.run()


def _admin(options: argparse.Namespace) -> int:
    from quart_app.command_line import admin, audit

    match options.task:
        case "grant":
            return admin.run_grant(options.phone)
        case "second-factor-off":
            return admin.run_second_factor_off(options.phone)
        case "audit":
            return audit.run(options.user, options.days, options.most)
        case _:
            return admin.run_invite()


def _plugins(options: argparse.Namespace) -> int:
    from quart_app.command_line import plugins, plugins_new

    if options.task == "new":
        return plugins_new.run_new(options.name)
    return plugins.run_hash(options.name) if options.task == "hash" else plugins.run_list()


def _demo(options: argparse.Namespace) -> int:
    from quart_app.command_line import demo

    where = {} if options.directory is None else {"directory": options.directory}
    return demo.run(
        options.host,
        options.port,
        control=options.control,
        data_centres=options.data_centres,
        strict=options.strict,
        **where,
    )


def _secrets(options: argparse.Namespace) -> int:
    from quart_app.command_line import secrets

    return secrets.run(options.directory, rotate=options.rotate)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "migrate": _migrate,
    "check": _check,
    "admin": _admin,
    "plugins": _plugins,
    "demo": _demo,
    "secrets": _secrets,
}


def script() -> None:
    leave(main())


if __name__ == "__main__":
    script()
