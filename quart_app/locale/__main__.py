"""Brings the catalogues up to date with the source, or begins one for a new language."""

from __future__ import annotations

import argparse
import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from quart_app.locale.catalogues import FOLDER
from quart_app.locale.extraction import extracted

# Dates and addresses that would change with each run and tell translators nothing.
_NOISE: Final = tuple(
    f'"{name}'
    for name in ("Report-", "POT-", "PO-", "Last-", "Language-Team", "Generated-", "Project-", "Content-Tr")
)


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
    catalogue = Catalog(locale=locale, header_comment="", fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
    catalogue.update(fresh, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    write_po(written, catalogue, width=110, sort_by_file=True, include_lineno=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(_NOISE)), "utf-8")
    missing = sum(1 for message in catalogue if message.id and not translated(message.string))
    return f"{locale}: {len(catalogue)} sentences, {missing} without a translation"


def translated(said: str | tuple[str, ...] | list[str] | None) -> bool:
    """Whether every form is there."""
    return bool(said) if isinstance(said, str) or said is None else all(said)


if __name__ == "__main__":
    sys.exit(main())
