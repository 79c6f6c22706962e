"""For a Hypercorn of one's own: ``hypercorn quart_app.asgi:app``. ``python -m quart_app run`` needs none.

Any other server lacks the limits of `quart_app.connections`.
"""

from __future__ import annotations

import os

from quart_app.connections import harden
from quart_app.factory import create_app
from quart_app.settings import Settings
from quart_app.web.headers import encoded_headers

_settings = Settings.from_environ(os.environ)
harden(encoded_headers(secure=_settings.secure_cookies))
app = create_app(_settings)
