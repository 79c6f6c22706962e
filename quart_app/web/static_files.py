"""Files that are the same for everybody: read once, compressed once, and kept by browsers until they change.

A page names them by an address with the digest of all of them in it (``/static/<digest>/css/base.css``), so that a
browser may keep each for a year and still never mixes two versions: what a module imports lies under the same digest.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup
from quart import Quart, Response, abort, current_app, request
from quart.typing import ResponseReturnValue

from quart_app.locale.catalogues import SOURCE, Language
from quart_app.locale.sentences import english_sentences

KEPT: Final = "public, max-age=31536000, immutable"
ASKED_EACH_TIME: Final = "no-cache"
_COMPRESSIBLE: Final = {".css", ".js", ".svg", ".json", ".webmanifest", ".txt", ".html"}
_IMPORT: Final = re.compile(rb'^\s*(?:import|export)\b[^;"]*"(\.{1,2}/[^"]+)"', re.MULTILINE)
_REMARKS: Final = re.compile(rb"^[ \t]*//.*\n|^[ \t]*/\*(?:(?!\*/)[\s\S])*\*/[ \t]*\n", re.MULTILINE)
_TYPES: Final = {
    ".js": "text/javascript",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
}


def without_remarks(path: Path, body: bytes) -> bytes:
    """Scripts and styles without the lines that are for those who read the source: a sixth of what would go out."""
    return _REMARKS.sub(b"", body) if path.suffix in (".js", ".css") else body


@dataclass(frozen=True)
class StaticFile:
    """One file as it goes out: its bytes, the same in gzip if that is shorter, and its ETag."""

    body: bytes
    packed: bytes | None
    content_type: str
    etag: str

    @classmethod
    def of(cls, path: Path, body: bytes) -> StaticFile:
        """``path`` tells of what kind it is; nothing is read there."""
        # The time in the header is left out: the same file gives the same bytes on each worker.
        packed = gzip.compress(body, 9, mtime=0) if path.suffix in _COMPRESSIBLE else body
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        charset = "; charset=utf-8" if path.suffix in _COMPRESSIBLE else ""
        shorter = packed if len(packed) < len(body) else None
        return cls(body, shorter, kind + charset, sha256(body).hexdigest()[:16])


class StaticFiles:
    """Every file under one folder, by its path there, and what was made beside them."""

    def __init__(self, folder: Path, made: Mapping[str, bytes] | None = None) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        read = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        bodies = {name: without_remarks(Path(name), body) for name, body in read.items()} | dict(made or {})
        self._files = {name: StaticFile.of(Path(name), body) for name, body in bodies.items()}
        named = "\n".join(f"{name} {file.etag}" for name, file in self._files.items())
        self.digest: Final = sha256(named.encode()).hexdigest()[:12]

    def get(self, name: str) -> StaticFile | None:
        return self._files.get(name)

    def address(self, name: str) -> str:
        """Where a page finds the file; KeyError for one that isn't there, so that no page names it."""
        if name not in self._files:
            raise KeyError(name)
        return f"/static/{self.digest}/{name}"

    def preloads(self, module: str) -> Markup:
        """Links to all that ``module`` imports, however deep: a phone asks for them at once, not one by one."""
        names = [name for name in self._imported(module) if name != module]
        link = Markup('<link rel="modulepreload" href="{}">')
        return Markup("\n  ").join(link.format(self.address(name)) for name in names)

    def _imported(self, module: str) -> list[str]:
        found: list[str] = []
        waiting = [module]
        while waiting:
            name = waiting.pop(0)
            if name in found:
                continue
            found.append(name)
            folder = Path("/", name).parent
            paths = [(folder / path.decode()).resolve() for path in _IMPORT.findall(self._files[name].body)]
            waiting += [path.as_posix().lstrip("/") for path in paths]
        return found


async def static_file(name: str) -> ResponseReturnValue:
    """A file, compressed for who takes that; kept for long only under the address of these very files."""
    files: StaticFiles = current_app.extensions["static_files"]
    current = name.startswith(f"{files.digest}/")
    # A page of the version before, or of the one after while workers are being replaced, gets what there is.
    file = files.get(
        name.removeprefix(f"{files.digest}/") if current else re.sub(r"^[0-9a-f]{12}/", "", name)
    )
    if file is None:
        abort(404)
    packed = file.packed if request.accept_encodings.quality("gzip") > 0 else None
    response = Response(file.body if packed is None else packed, content_type=file.content_type)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = KEPT if current else ASKED_EACH_TIME
    if packed is not None:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(file.etag if packed is None else f"{file.etag}-gzip")
    return await response.make_conditional(request)


def install(app: Quart) -> None:
    """Serve the application's static folder, and give templates ``static(name)`` and ``preloads(module)``."""
    english = english_sentences()
    spoken: Mapping[str, Language] = app.extensions["languages"]
    words = {f"js/words/{tag}.js": each.module(english) for tag, each in spoken.items() if tag != SOURCE}
    files = app.extensions["static_files"] = StaticFiles(Path(app.root_path, "static"), words)
    app.add_url_rule("/static/<path:name>", "static", static_file, methods=["GET"])
    given: dict[str, Any] = {"static": files.address, "preloads": files.preloads}
    app.jinja_env.globals.update(given)
