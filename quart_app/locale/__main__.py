"""Brings the catalogues up to date with the source, or begins one for a new language."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from quart_app.locale.catalogues import FOLDER
from quart_app.locale.extraction import extracted


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m quart_app.locale", description=__doc__)
    actions = parser.add_subparsers(dest="action")
    actions.add_parser("add").add_argument("language", help="such as de or pt-BR")
    options = parser.parse_args()
    paths = sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))
    if options.action == "add":
        try:
            locale = Locale.parse(options.language, sep="-")
        except (ValueError, UnknownLocaleError):
            print(f"There is no language {options.language}.", file=sys.stderr)
            return 1
        paths = [FOLDER / str(locale) / "LC_MESSAGES" / "messages.po"]
    for path in paths:
        print(update(path))
    return 0


def update(path: Path) -> str:
    """Sentences that came are added without a translation, those that went are taken out. Returns how it stands."""
    locale = path.parent.parent.name
    fresh = extracted()
    catalogue = Catalog(
        locale=locale,
        project=fresh.project,
        header_comment="",
        last_translator="",
        language_team="",
        fuzzy=False,
    )
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
    catalogue.update(fresh, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file,
            catalogue,
            width=110,
            sort_by_file=True,
            omit_header=False,
            no_location=False,
            include_lineno=False,
        )
    missing = sum(1 for message in catalogue if message.id and not translated(message.string))
    return f"{locale}: {len(catalogue)} sentences, {missing} without a translation"


def translated(said: str | tuple[str, ...] | list[str] | None) -> bool:
    """Whether every form is there."""
    return bool(said) if isinstance(said, str) or said is None else all(said)


if __name__ == "__main__":
    sys.exit(main())
