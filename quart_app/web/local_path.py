"""Where to go after logging in: a path of this site, never an address of another."""

from __future__ import annotations

import re
from typing import Final

_LOCAL: Final = re.compile(r"/(?![/\\])[A-Za-z0-9\-._~/?#\[\]@!$&'()*+,;=:%]*")
LONGEST: Final = 512


def local_path(text: str | None) -> str | None:
    """``text`` if it can only mean a page here. Two slashes, a backslash or a control character would not."""
    if text is None or len(text) > LONGEST or not _LOCAL.fullmatch(text):
        return None
    return text
