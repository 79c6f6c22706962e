"""Files go out compressed, are kept only under the address of these very files, and nothing outside is reachable."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from quart import Quart

from quart_app.web.static_files import KEPT, StaticFiles, without_remarks


@pytest.fixture
def files(app: Quart) -> StaticFiles:
    known = app.extensions["static_files"]
    assert isinstance(known, StaticFiles)
    return known


@pytest.mark.parametrize(
    ("name", "source", "sent"),
    [
        ("a.js", b"// why\nlet a; // kept\n  /** Two\n   * lines. */\n  b();\n", b"let a; // kept\n  b();\n"),
        ("a.js", b'const url = "https://t.me/";\n', b'const url = "https://t.me/";\n'),
        (
            "a.js",
            b"f(/* kept */ 1);\n/* gone */\ng(2 / 1 /* kept */);\n",
            b"f(/* kept */ 1);\ng(2 / 1 /* kept */);\n",
        ),
        ("a.css", b"/* why */\np { margin: 0; } /* kept */\n", b"p { margin: 0; } /* kept */\n"),
        ("a.svg", b"// as it is\n", b"// as it is\n"),
    ],
)
def test_remarks_stay_at_home(name: str, source: bytes, sent: bytes) -> None:
    assert without_remarks(Path(name), source) == sent


async def test_compressed_for_who_takes_it(app: Quart, files: StaticFiles) -> None:
    client = app.test_client()
    address = files.address("css/base.css")
    plain = await client.get(address)
    packed = await client.get(address, headers={"Accept-Encoding": "br;q=1, gzip"})
    refused = await client.get(address, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in refused.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    body = await packed.get_data(as_text=False)
    assert len(body) < len(await plain.get_data(as_text=False)) / 2
    assert gzip.decompress(body) == await plain.get_data(as_text=False)
    assert {answer.headers["Vary"] for answer in (plain, packed, refused)} == {"Accept-Encoding"}
    assert plain.headers["ETag"] != packed.headers["ETag"]


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("js/page.js", "text/javascript; charset=utf-8"),
        ("css/base.css", "text/css; charset=utf-8"),
        ("img/mark.svg", "image/svg+xml; charset=utf-8"),
    ],
)
async def test_kept_for_long_only_under_its_digest(
    app: Quart, files: StaticFiles, name: str, content_type: str
) -> None:
    client = app.test_client()
    kept = await client.get(files.address(name))
    bare = await client.get(f"/static/{name}")
    of_another_version = await client.get(f"/static/0123456789ab/{name}")
    assert [answer.status_code for answer in (kept, bare, of_another_version)] == [200, 200, 200]
    assert kept.headers["Cache-Control"] == KEPT
    assert {bare.headers["Cache-Control"], of_another_version.headers["Cache-Control"]} == {"no-cache"}
    assert kept.headers["Content-Type"] == content_type


async def test_what_is_not_there_is_not_kept(app: Quart, files: StaticFiles) -> None:
    answer = await app.test_client().get(f"/static/{files.digest}/js/none.js")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "name", ["../settings.py", "..%2fsettings.py", "etc/passwd", "js/../../settings.py", ""]
)
async def test_nothing_else_is_reachable(app: Quart, files: StaticFiles, name: str) -> None:
    for start in ("/static", f"/static/{files.digest}"):
        assert (await app.test_client().get(f"{start}/{name}")).status_code == 404


def test_the_digest_tells_versions_apart(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import "./b.js";')
    (tmp_path / "b.js").write_text("1")
    first = StaticFiles(tmp_path)
    assert StaticFiles(tmp_path).digest == first.digest
    (tmp_path / "b.js").write_text("2")
    assert StaticFiles(tmp_path).digest != first.digest


def test_all_that_a_module_imports_is_asked_for_at_once(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.js").write_text('import { b } from "./deep/b.js";\nimport "./c.js";')
    (tmp_path / "deep" / "b.js").write_text('export { c } from "../c.js";')
    (tmp_path / "c.js").write_text('import "./a.js";')
    files = StaticFiles(tmp_path)
    links = str(files.preloads("a.js"))
    assert links.count('rel="modulepreload"') == 2
    assert files.address("deep/b.js") in links
    assert files.address("c.js") in links


def test_a_page_can_not_name_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        StaticFiles(tmp_path).address("js/none.js")
