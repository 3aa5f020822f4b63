"""The programs and fonts that making documents takes."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

SANS, SERIF, KAI = "Noto Sans CJK SC", "Noto Serif CJK SC", "AR PL UKai CN"


class MissingToolError(RuntimeError):
    """A program or a font is not installed; `make tools` installs it."""


def need(*names: str) -> str:
    """The path of the first of these programs that is installed. Raises MissingToolError."""
    for name in names:
        if path := shutil.which(name):
            return path
    raise MissingToolError(f"{names[0]} is not installed: make tools")


@cache
def font_files() -> dict[str, Path]:
    """The file of each installed Chinese font, by family. Raises MissingToolError where there is none."""
    listed = subprocess.run(
        (need("fc-list"), ":lang=zh-cn", "family", "file"), capture_output=True, text=True, check=True
    ).stdout
    found: dict[str, Path] = {}
    for line in sorted(listed.splitlines()):
        file, _, families = line.partition(": ")
        for family in families.split(","):
            found.setdefault(family.strip(), Path(file))
    if SANS not in found:
        raise MissingToolError(f"the font {SANS} is not installed: make tools")
    return found


def fonts() -> tuple[str, ...]:
    """The families to choose from: those of ours that are installed, at least one."""
    return tuple(family for family in (SANS, SERIF, KAI) if family in font_files())
