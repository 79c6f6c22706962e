"""Whoever starts it, and wherever the clone lies."""

from __future__ import annotations

import pwd
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from tests.start import pythons
from tests.start.clone import MakeClone, clone
from tests.start.journey import use
from tests.start.running import Run

ORDINARY = "nobody"
LIBRARY = Path("/var/lib/telegram-chat-manager")


def test_an_ordinary_user(
    ground: Path,
    make_clone: MakeClone,
    run: Run,
    as_root: bool,
    not_here: Callable[[str], NoReturn],
    say: Callable[[str], None],
) -> None:
    if not as_root:
        say("the ordinary user is whoever runs these tests")
        running = run(make_clone())
    else:
        found = pythons.found(pwd.getpwnam(ORDINARY).pw_uid)
        if not found:
            not_here(f"an ordinary user: {ORDINARY} can run no Python from 3.11 on")
        made = clone(ground / "of-an-ordinary-user", next(iter(found.values())), user=ORDINARY)
        running = run(made)
        owners = {pwd.getpwuid(each.lstat().st_uid).pw_name for each in made.folder.rglob("*")}
        assert owners == {ORDINARY}
        say(f"ordinary user: tried as {ORDINARY} with Python {next(iter(found))}")
    use(running.url)
    running.interrupt()


def test_a_folder_that_only_root_may_enter(
    ground: Path, run: Run, as_root: bool, not_here: Callable[[str], NoReturn]
) -> None:
    if not as_root:
        not_here("root, and a clone in a folder that only root may enter: these tests are not run by root")
    locked = ground / "locked"
    locked.mkdir(mode=0o700)
    python = next(each for version, each in pythons.found().items() if version in pythons.WANTED)
    made = replace(clone(locked / "clone", python), downloads=ground / "pip-cache-of-me")
    running = run(made)
    use(running.url)
    running.interrupt()
    assert locked.stat().st_mode & 0o777 == 0o700, "the folder was opened to others"
    before = set(LIBRARY.iterdir())
    made.remove()
    assert len(before - set(LIBRARY.iterdir())) == 1, "make clean has left the data, or taken others'"
