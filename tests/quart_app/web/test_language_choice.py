"""The language is chosen by an ordinary form, kept in this browser, and never leads elsewhere."""

from __future__ import annotations

import pytest
from quart import Quart

from quart_app.locale.catalogues import Language, read_languages
from quart_app.web.languages import COOKIE

OURS = {"Origin": "http://localhost:8080"}


@pytest.fixture(autouse=True)
def bilingual(app: Quart) -> dict[str, Language]:
    """Whatever catalogues there are: two languages of which one has no sentence translated."""
    languages = {"en": read_languages()["en"], "qu": Language("qu", None)}
    app.extensions["languages"] = languages
    files = app.extensions["static_files"]
    files._files["js/words/qu.js"] = files._files["js/words/en.js"]
    return languages


async def test_the_choice_is_kept_and_leads_back(app: Quart) -> None:
    client = app.test_client()
    assert 'lang="en"' in await (await client.get("/login")).get_data(as_text=True)
    chosen = await client.post("/language", form={"language": "qu", "next": "/login"}, headers=OURS)
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/login")
    assert "Max-Age=31536000" in chosen.headers["Set-Cookie"]
    page = await (await client.get("/login?next=/settings")).get_data(as_text=True)
    assert '<html lang="qu" dir="ltr">' in page
    assert 'name="next" value="/login?next=/settings"' in page
    assert 'value="qu" lang="qu" aria-current="true"' in page


async def test_the_browser_is_asked_where_nothing_was_chosen(app: Quart) -> None:
    page = await app.test_client().get("/", headers={"Accept-Language": "qu-PE, en;q=0.5"})
    assert '<html lang="qu"' in await page.get_data(as_text=True)


@pytest.mark.parametrize("language", ["xx", "", "../../etc/passwd", 'qu"><script>'])
async def test_what_nobody_speaks_is_not_kept(app: Quart, language: str) -> None:
    answer = await app.test_client().post("/language", form={"language": language}, headers=OURS)
    assert answer.status_code == 303
    assert COOKIE not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", ""])
async def test_it_never_leads_elsewhere(app: Quart, target: str) -> None:
    answer = await app.test_client().post("/language", form={"language": "en", "next": target}, headers=OURS)
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/login?next=/admin/people?page=1%26tail=02", "/login?next=/admin/people?page=1%26tail=02"),
        ("/recover?", "/recover"),
        ("/login?next=/settings&user_id=somebody", "/login?next=/settings"),
        ("/nothing-here?a=b", "/nothing-here"),
        ("/login?next=/" + "b" * 600, "/login"),
    ],
)
async def test_it_leads_back_to_what_was_asked(app: Quart, asked: str, leads: str) -> None:
    client = app.test_client()
    page = await (await client.get(asked)).get_data(as_text=True)
    assert f'name="next" value="{leads}"' in page
    form = {"language": "en", "next": leads}
    assert (await client.post("/language", form=form, headers=OURS)).headers["Location"] == leads


@pytest.mark.parametrize(
    ("sent", "leads"), [("/login", "/login"), ("/recover/code", "/recover"), ("/nothing/here", "/")]
)
async def test_after_a_form_it_leads_to_the_page_that_has_it(app: Quart, sent: str, leads: str) -> None:
    page = await (await app.test_client().post(sent, headers=OURS)).get_data(as_text=True)
    assert f'name="next" value="{leads}"' in page
