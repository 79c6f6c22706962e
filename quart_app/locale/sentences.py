"""The sentences of the browser's scripts, read from the module that has them in English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

ENGLISH: Final = Path(__file__).parent.parent / "static" / "js" / "words" / "en.js"
_TEXT: Final = r'"(?:[^"\\\n]|\\.)*"'
_SINGLE: Final = re.compile(rf"^  (\w+):\s*({_TEXT}),$", re.MULTILINE)
_PLURAL: Final = re.compile(rf"^  (\w+): \[({_TEXT}), ({_TEXT})\],$", re.MULTILINE)


@dataclass(frozen=True)
class Sentences:
    """By the key that scripts use: texts, and pairs of one and more."""

    single: Mapping[str, str]
    plural: Mapping[str, tuple[str, str]]


def read_sentences(script: str) -> Sentences:
    """``script`` is the text of ``words/en.js``."""
    return Sentences(
        {key: orjson.loads(text) for key, text in _SINGLE.findall(script)},
        {key: (orjson.loads(one), orjson.loads(more)) for key, one, more in _PLURAL.findall(script)},
    )


def english_sentences() -> Sentences:
    return read_sentences(ENGLISH.read_text("utf-8"))
