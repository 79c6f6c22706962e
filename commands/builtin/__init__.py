"""Our own commands: one file each, each an ordinary plugin, admitted by the road that strangers take."""

from typing import Final

MODULES: Final = tuple(
    f"{__name__}.{name}"
    for name in (
        "username",
        "listing",
        "search",
        "help",
        "clear",
        "where",
        "sort",
        "head",
        "count",
        "json",
        "csv",
    )
)
"""In the order in which ``help`` shows them."""
