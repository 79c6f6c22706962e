"""A document that says what to type, as the steps that whoever follows it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_STEP: Final = re.compile(
    r"^(?:<!-- (?P<mark>[^>\n]+) -->\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$|^<!-- (?P<alone>stop) -->$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Step:
    """``kind`` is the language of the block, ``mark`` the comment above it: a file's name, say, or ``stop`` alone."""

    kind: str
    text: str
    mark: str = ""


def steps(document: str) -> list[Step]:
    """Every block, and every mark that stands alone, in order."""
    return [
        Step(found["kind"] or "", found["text"] or "", found["mark"] or found["alone"] or "")
        for found in _STEP.finditer(document)
    ]
