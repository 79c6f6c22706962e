"""``python -m quart_app.command_line.healthcheck``: whether the app in this container takes requests; exit code 0 or 1.

Standard library only: it runs every few seconds beside the app.
"""

from __future__ import annotations

import http.client
import os
import sys
from typing import Final

SECONDS: Final = 4.0


def main() -> int:
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8080")), timeout=SECONDS)
    try:
        connection.request("GET", "/health/ready")
        return 0 if connection.getresponse().status == http.client.OK else 1
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
