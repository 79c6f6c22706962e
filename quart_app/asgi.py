"""For an ASGI server of one's own: ``hypercorn quart_app.asgi:app``. ``python -m quart_app run`` needs none."""

from __future__ import annotations

import os

from quart_app.factory import create_app
from quart_app.settings import Settings

app = create_app(Settings.from_environ(os.environ))
