"""Distributions made in a moment, and installed by pip as any other."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from tests.product.package import OPTIONS, installer

METADATA: Final = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
WHEEL: Final = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
GROUP: Final = "[telegram_chat_manager.plugins]\n"


def make_wheel(folder: Path, name: str, sources: Mapping[str, str], modules: Iterable[str]) -> Path:
    """What a build would make of ``sources`` (paths and contents), whose entry points are ``modules``."""
    bare = name.replace("-", "_")
    info, path = f"{bare}-1.0.dist-info", folder / f"{bare}-1.0-py3-none-any.whl"
    files = {
        **sources,
        f"{info}/METADATA": METADATA.format(name=name),
        f"{info}/WHEEL": WHEEL,
        f"{info}/entry_points.txt": GROUP + "".join(f"{module} = {module}\n" for module in modules),
    }
    with zipfile.ZipFile(path, "w") as wheel:
        for each, content in files.items():
            wheel.writestr(each, content)
        wheel.writestr(f"{info}/RECORD", "".join(f"{each},,\n" for each in (*files, f"{info}/RECORD")))
    return path


def install_wheels(target: Path, wheels: Iterable[Path]) -> None:
    subprocess.run(
        [*installer(), "install", *OPTIONS, "--target", str(target), *map(str, wheels)], check=True
    )
