"""Who may be imported is decided before anything is."""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from typing import Any

import pytest

from plugins.discovery import Allowed, Candidate, discover, parse_allow_list
from plugins.fingerprint import fingerprint
from plugins.origin import Origin


def test_the_allow_list() -> None:
    digest = "0" * 64
    allowed = parse_allow_list(f" My_Plugin==1.0 , other.one==2.0rc1+local@sha256:{digest},")
    assert allowed == {"my-plugin": Allowed("1.0"), "other-one": Allowed("2.0rc1+local", digest)}
    assert parse_allow_list("") == {}


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "hello>=1.0",
        "hello==",
        "==1.0",
        "hello==1.0@sha256:12",
        "hello==1.0@md5:0",
        "a==1,b",
        "a==1,A==2",
        "é==1",
    ],
)
def test_what_is_no_allow_list(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected distribution==version|listed twice"):
        parse_allow_list(text)


def test_nothing_is_imported_unless_allowed(install: Any) -> None:
    found = discover({}, [install("sneaky", "raise SystemExit('imported')")])
    assert (found.candidates, found.left_out, found.unlisted) == ([], {}, [Origin("sneaky", "1.0")])
    assert "sneaky" not in sys.modules


def test_nor_is_what_is_allowed_by_looking(install: Any, pin: Any) -> None:
    installed = install("sneaky", "raise SystemExit('imported')")
    for permit in (pin(installed), f"{pin(installed)}@sha256:{fingerprint(installed)}"):
        found = discover(parse_allow_list(permit), [installed])
        assert found.candidates == [Candidate(Origin("sneaky", "1.0"), "sneaky")]
    assert "sneaky" not in sys.modules


def test_a_name_is_the_same_however_it_is_spelt(install: Any, hello: str) -> None:
    found = discover(parse_allow_list("hello-you==1.0"), [install("Hello_You", hello)])
    assert [candidate.origin.distribution for candidate in found.candidates] == ["hello-you"]


@pytest.mark.parametrize(
    ("permit", "value", "said"),
    [
        ("hello==1.1", "", "allowed in version 1.1, installed is 1.0"),
        ("hello==1.0", "hello:run", "names hello:run, not a module"),
        (f"hello==1.0@sha256:{'0' * 64}", "", "not the ones that were allowed"),
    ],
)
def test_what_is_wrong_is_said(install: Any, hello: str, permit: str, value: str, said: str) -> None:
    found = discover(parse_allow_list(permit), [install("hello", hello, value=value)])
    assert (found.candidates, list(found.left_out)) == ([], [Origin("hello", "1.0")])
    assert said in found.left_out[Origin("hello", "1.0")]


def test_changed_after_it_was_reviewed(install: Any, hello: str) -> None:
    installed = install("hello", hello)
    allowed = parse_allow_list(f"hello==1.0@sha256:{fingerprint(installed)}")
    assert discover(allowed, [installed]).candidates
    assert not discover(allowed, [install("hello", hello + "\n# more")]).candidates


def test_a_pinned_one_may_not_borrow_a_module(install: Any, hello: str) -> None:
    """The hash covers its own files: an entry point that names another's module would go around it."""
    install("other", hello)
    installed = install("hello", hello, value="other")
    found = discover(parse_allow_list(f"hello==1.0@sha256:{fingerprint(installed)}"), [installed])
    assert "its module other is not among its own files" in found.left_out[Origin("hello", "1.0")]


def test_nor_may_another_stand_before_it(
    install: Any, hello: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = install("hello", hello)
    shadow = tmp_path / "shadow"
    shadow.mkdir()
    (shadow / "hello.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(str(shadow))
    found = discover(parse_allow_list(f"hello==1.0@sha256:{fingerprint(installed)}"), [installed])
    assert (found.candidates, len(found.left_out)) == ([], 1)


def test_one_that_lost_a_file(install: Any, hello: str, tmp_path: Path) -> None:
    installed = install("hello", hello)
    permit = f"hello==1.0@sha256:{fingerprint(installed)}"
    (tmp_path / "hello.py").unlink()
    assert not discover(parse_allow_list(permit), [installed]).candidates


def test_one_that_is_allowed_and_not_there() -> None:
    found = discover(parse_allow_list("ghost==1.0"), [])
    assert found.left_out == {Origin("ghost", "1.0"): "it is not installed, or offers no plugin"}


def test_the_first_on_the_path_counts(install: Any, hello: str) -> None:
    first = install("hello", hello)
    found = discover(parse_allow_list("hello==1.0"), [first, install("hello", hello, version="2.0")])
    assert ([candidate.origin.version for candidate in found.candidates], found.left_out) == (["1.0"], {})


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"METADATA": "nothing"},
        {"METADATA": "Name: x", "entry_points.txt": "[telegram_chat_manager.plugins]\nx"},
    ],
    ids=["empty", "nameless", "malformed"],
)
def test_broken_metadata_of_others_is_passed_over(
    tmp_path: Path, files: dict[str, str], install: Any, hello: str
) -> None:
    broken = tmp_path / "x-1.dist-info"
    broken.mkdir()
    for name, text in files.items():
        (broken / name).write_text(text)
    others: list[Distribution] = [PathDistribution(broken), install("hello", hello)]
    assert len(discover(parse_allow_list("hello==1.0"), others).candidates) == 1


def test_what_is_really_installed_here_offers_nothing() -> None:
    assert discover({}).candidates == []
