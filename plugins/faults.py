"""What went wrong on a plugin's thread, told without anybody's words and without an object of the plugin's."""

from __future__ import annotations

from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Final

MOST_CAUSES: Final = 5
MOST_FRAMES: Final = 30
MOST_CHARACTERS: Final = 300


class PluginFault(Exception):
    """``trace`` is classes and places: ``module.Class``, then ``file:line function``, for each link of the chain."""

    def __init__(self, trace: tuple[str, ...], plugin: str = "") -> None:
        super().__init__(trace[0] if trace else "")
        self.trace, self.plugin = trace, plugin


def fault(error: BaseException, plugin: str = "") -> PluginFault:
    """To be made where the error was raised: a look at a plugin's exception may run code of the plugin."""
    return PluginFault(tuple(_lines(error)), plugin)


def sentence(error: BaseException) -> str:
    """Class and message on one line, for the operator; whatever the message holds, and if it can't be read."""
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001 (it is the plugin's own __str__)
        text = "its message can't be read"
    shown = " ".join("".join(char if char.isprintable() else " " for char in text[:MOST_CHARACTERS]).split())
    return f"{type(error).__name__[:80]}: {shown}"


def stack_of(frame: FrameType | None) -> list[str]:
    """``file:line function`` of a running thread, innermost last."""
    lines: list[str] = []
    while frame is not None and len(lines) < MOST_FRAMES:
        lines.append(f"{frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return lines[::-1]


def _lines(error: BaseException) -> Iterator[str]:
    current: BaseException | None = error
    for _ in range(MOST_CAUSES):
        if current is None:
            return
        if isinstance(current, PluginFault):  # of ours, met by the plugin
            yield from current.trace
            return
        yield f"{type(current).__module__}.{type(current).__qualname__}"[:200]
        yield from [f"  {line}" for line in _frames(current.__traceback__)][-MOST_FRAMES:]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _frames(link: TracebackType | None) -> Iterator[str]:
    while link is not None:
        code = link.tb_frame.f_code
        yield f"{code.co_filename}:{link.tb_lineno} {code.co_name}"
        link = link.tb_next
