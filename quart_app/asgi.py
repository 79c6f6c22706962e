"""For a Hypercorn of one's own: ``hypercorn quart_app.asgi:app``. ``python -m quart_app run`` needs none.

Any other server lacks the limits of `quart_app.connections`.
"""

from __future__ import annotations

import os

from quart_app.configuration.environment import Environment
from quart_app.configuration.forgetting import forget
from quart_app.connections import harden
from quart_app.factory import create_app
from quart_app.settings import DATA_DIRECTORY, read_settings
from quart_app.web.headers import encoded_headers

_environment = Environment(os.environ)
_settings = read_settings(_environment, DATA_DIRECTORY)
forget(_environment.names_read)
harden(encoded_headers(secure=_settings.secure_cookies))
app = create_app(_settings)
