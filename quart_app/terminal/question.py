"""What a person is asked before something happens, in the parts that a page shows one below the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from commands.phrases import Phrase, Said, say

YES: Final = say("Yes")
NO: Final = say("No")


@dataclass(frozen=True, slots=True)
class Question:
    """``title`` is the question itself."""

    title: Said
    detail: tuple[Said, ...] = ()
    """Sentences: what happens then, and whether it can be put back."""
    cost: Said = ""
    yes: Said = YES
    no: Said = NO
    """The safe answer."""
    danger: bool = False
    """What it is about can't be undone."""
    table: str = ""
    """The table, shown before, whose rows it is about."""

    @property
    def whole(self) -> Said:
        """All of it as one text, for whoever has no dialog."""
        return joined(self.title, *self.detail, self.cost)


def joined(*sentences: Said) -> Said:
    """One after the other; those that are empty are left out."""
    filled = [sentence for sentence in sentences if sentence]
    if len(filled) < 2:
        return filled[0] if filled else ""
    marks = " ".join(f"{{{at}}}" for at in range(len(filled)))
    return Phrase(marks, values=tuple((str(at), sentence) for at, sentence in enumerate(filled)))
